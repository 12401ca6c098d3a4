package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's page on Spring Boot compiles. */
class GuideTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  private static final Pattern HEAD = Pattern.compile("(?m)^(package|import) .*;\\n+");

  /** The imports that an IDE adds, and a context that another page declares. */
  private static final String AROUND =
      """
      import static org.junit.jupiter.api.Assertions.assertEquals;
      import dev.vast4j.*;
      import dev.vast4j.spring.*;
      import dev.vast4j.spring.test.*;
      import java.util.*;
      import java.util.concurrent.*;
      import org.junit.jupiter.api.*;
      import org.springframework.beans.factory.annotation.*;
      import org.springframework.boot.*;
      import org.springframework.boot.autoconfigure.*;
      import org.springframework.context.annotation.*;
      import org.springframework.web.bind.annotation.*;

      public class Page {
        public static class ModelContext implements dev.vast4j.Context<String> {
          public ModelContext(String name) {}
          public String enter() { return ""; }
        }
      %s}
      """;

  @Test
  void compiles(@TempDir Path classes) throws Exception {
    String page = Files.readString(Path.of(System.getProperty("guide")));
    List<String> blocks =
        BLOCK
            .matcher(page)
            .results()
            .map((MatchResult block) -> HEAD.matcher(block.group(1)).replaceAll(""))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(3);
    String members =
        blocks.stream()
            .map(block -> block.replaceFirst("(?m)^(public )?class ", "$1static class "))
            .collect(Collectors.joining("\n"));
    String source = AROUND.formatted(members);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Page.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignore) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));

    assertThat(compiler.getTask(messages, null, null, options, null, List.of(file)).call())
        .as(messages::toString)
        .isTrue();
  }
}
