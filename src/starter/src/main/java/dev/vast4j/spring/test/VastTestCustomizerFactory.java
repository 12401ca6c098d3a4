package dev.vast4j.spring.test;

import dev.vast4j.spring.EnableRemote;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.TestPropertySourceUtils;

/** Reduces the application to its remote interfaces for {@link VastTest}. */
final class VastTestCustomizerFactory implements ContextCustomizerFactory {
  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
    VastTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, VastTest.class);
    return test == null ? null : new Customizer(List.of(test.properties()));
  }

  /** Equal ones share an application context. */
  private record Customizer(List<String> properties) implements ContextCustomizer {
    @Override
    public void customizeContext(
        ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
      List<String> all = new ArrayList<>();
      all.add("vast4j.local=true");
      all.add("spring.boot.enableautoconfiguration=false");
      all.add("spring.main.web-application-type=none");
      all.addAll(properties);
      TestPropertySourceUtils.addInlinedPropertiesToEnvironment(
          context, all.toArray(String[]::new));
      context.getBeanFactory().registerSingleton(Filter.class.getName(), new Filter());
    }
  }

  /** Keeps the application's components out, except for what names its remote interfaces. */
  private static final class Filter extends TypeExcludeFilter {
    @Override
    public boolean match(MetadataReader reader, MetadataReaderFactory factory) {
      return !reader.getAnnotationMetadata().hasAnnotation(EnableRemote.class.getName());
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Filter;
    }

    @Override
    public int hashCode() {
      return Filter.class.hashCode();
    }
  }
}
