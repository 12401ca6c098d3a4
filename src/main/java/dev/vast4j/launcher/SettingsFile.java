package dev.vast4j.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** A settings file of Maven's, parsed. */
record SettingsFile(Path path, Element root) {
  /** What encrypted passwords are decrypted with; as Maven has it. */
  private static final String MASTER_KEY = "settings.security";

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or is something else; names the place, but no text,
   *     which may be part of a password
   */
  static SettingsFile read(Path file) throws IOException {
    Element root = parse(file);
    if (!root.getNodeName().equals("settings")) {
      throw new IOException(
          file + " is not a Maven settings file: it starts with <" + root.getNodeName() + ">");
    }
    return new SettingsFile(file, root);
  }

  private static Element parse(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null); // the default one prints
      return builder.parse(in).getDocumentElement();
    } catch (SAXParseException e) {
      throw new IOException(
          file
              + " is not a Maven settings file: not well-formed XML at line "
              + e.getLineNumber()
              + ", column "
              + e.getColumnNumber(),
          e);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is not a Maven settings file", e);
    }
  }

  /** {@return the file with the master password} */
  Path security() {
    return path.resolveSibling("settings-security.xml");
  }

  /** {@return the master password, or null} */
  @Nullable String master() {
    try {
      Element found = parse(security());
      String elsewhere = text(found, "relocation");
      String master = text(elsewhere.isEmpty() ? found : parse(Path.of(elsewhere)), "master");
      String encrypted = SettingsCipher.encrypted(master);
      return encrypted == null ? null : SettingsCipher.decrypt(encrypted, MASTER_KEY);
    } catch (IOException | InvalidPathException e) {
      return null; // the log-in's problem names the file
    }
  }

  static Stream<Element> children(Node parent, String name) {
    return IntStream.range(0, parent.getChildNodes().getLength())
        .mapToObj(parent.getChildNodes()::item)
        .filter(node -> node instanceof Element && node.getNodeName().equals(name))
        .map(Element.class::cast);
  }

  static String text(Element parent, String name) {
    return children(parent, name).findFirst().map(node -> node.getTextContent().strip()).orElse("");
  }
}
