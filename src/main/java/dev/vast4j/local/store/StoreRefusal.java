package dev.vast4j.local.store;

/** An error response of the object store, as XML. */
final class StoreRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String detail;

  StoreRefusal(int status, String code, String detail) {
    super(code + ": " + detail, null, false, false);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  static StoreRefusal denied(String detail) {
    return new StoreRefusal(403, "AccessDenied", detail);
  }

  int status() {
    return status;
  }

  String xml() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
        + code
        + "</Code><Message>"
        + detail.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        + "</Message></Error>";
  }
}
