package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Whatever a user can call, a test calls: compares the public methods with the coverage report of
 * the tests that ran before the jars were made.
 */
class PublicMethodsIT {
  private static final Path REPORT = Path.of("target", "site", "jacoco", "jacoco.xml");

  /** Public for the JVM or for one another, started in processes that are not recorded. */
  private static final Set<String> OF_NO_USER =
      Set.of(
          "dev/vast4j/cli",
          "dev/vast4j/launcher",
          "dev/vast4j/worker",
          "dev/vast4j/local/fleet",
          "dev/vast4j/local/page",
          "dev/vast4j/local/process",
          "dev/vast4j/local/store");

  private static final List<String> uncalled = new ArrayList<>();
  private static int looked;

  @BeforeAll
  static void read() throws Exception {
    DocumentBuilderFactory xml = DocumentBuilderFactory.newInstance();
    xml.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    NodeList packages =
        xml.newDocumentBuilder().parse(REPORT.toFile()).getElementsByTagName("package");
    for (int i = 0; i < packages.getLength(); i++) {
      Element found = (Element) packages.item(i);
      String name = found.getAttribute("name");
      if (!name.startsWith("dev/vast4j/internal") && !OF_NO_USER.contains(name)) {
        for (Element type : children(found, "class")) {
          look(type);
        }
      }
    }
  }

  @Test
  void eachIsCalledByATest() {
    assertThat(looked).as("methods in the report").isGreaterThan(300);
    assertThat(uncalled).isEmpty();
  }

  private static void look(Element element) throws ClassNotFoundException {
    Class<?> type = Class.forName(element.getAttribute("name").replace('/', '.'));
    if (!isPublic(type)) {
      return;
    }
    Set<String> mine = new HashSet<>();
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
        mine.add(method.getName() + descriptor(method, method.getReturnType()));
      }
    }
    for (Executable constructor : type.getConstructors()) {
      mine.add("<init>" + descriptor(constructor, void.class));
    }
    for (Element method : children(element, "method")) {
      String signature = method.getAttribute("name") + method.getAttribute("desc");
      if (!mine.contains(signature)) {
        continue;
      }
      looked++;
      for (Element counter : children(method, "counter")) {
        if (counter.getAttribute("type").equals("METHOD")
            && counter.getAttribute("covered").equals("0")) {
          uncalled.add(type.getName() + "." + signature);
        }
      }
    }
  }

  private static boolean isPublic(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!Modifier.isPublic(each.getModifiers())) {
        return false;
      }
    }
    return true;
  }

  private static String descriptor(Executable executable, Class<?> returned) {
    return MethodType.methodType(returned, executable.getParameterTypes())
        .toMethodDescriptorString();
  }

  private static List<Element> children(Element parent, String tag) {
    List<Element> found = new ArrayList<>();
    NodeList all = parent.getChildNodes();
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element element && element.getTagName().equals(tag)) {
        found.add(element);
      }
    }
    return found;
  }
}
