module com.acme.square {
  requires dev.vast4j;
  // The libraries that vast4j brings have no say in this from the class path.
  requires java.logging;
  requires java.management;
  requires java.xml;
  requires jdk.net;
  requires jdk.unsupported;

  exports com.acme.square;
}
