package dev.vast4j.spring.test;

import dev.vast4j.spring.VastAutoConfiguration;
import dev.vast4j.spring.VastLifecycleAutoConfiguration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests an application's remote interfaces with real workers on this machine, and without the rest
 * of the application: no controllers, components or other auto-configuration.
 *
 * <pre>{@code
 * @VastTest
 * class KeywordsTest {
 *   @Autowired Keywords keywords;
 *
 *   @Test
 *   void findsKeywords() {
 *     assertThat(keywords.keywords("Workers work for workers", 1).join()).hasSize(1);
 *   }
 * }
 * }</pre>
 *
 * <p>Configuration classes with beans that the deployment needs are added by {@code @Import}. The
 * bean {@link dev.vast4j.local.LocalVast} has the workers' output. Test classes with the same
 * configuration share an engine and its workers.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(SpringExtension.class)
@BootstrapWith(SpringBootTestContextBootstrapper.class)
@ImportAutoConfiguration({VastAutoConfiguration.class, VastLifecycleAutoConfiguration.class})
public @interface VastTest {
  /**
   * Properties for the test, as {@code name=value}.
   *
   * @return properties; none by default
   */
  String[] properties() default {};
}
