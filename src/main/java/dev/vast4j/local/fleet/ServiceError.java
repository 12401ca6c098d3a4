package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An error response in the service's shape. */
public final class ServiceError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String msg;

  public ServiceError(int status, String code, String msg) {
    // No stack trace: this is a response to a caller, not a fault of the engine.
    super(status + " " + code + ": " + msg, null, false, false);
    this.status = status;
    this.code = code;
    this.msg = msg;
  }

  public static ServiceError invalid(String msg) {
    return new ServiceError(400, "invalid_args", msg);
  }

  public static ServiceError unauthorized(String msg) {
    return new ServiceError(401, "auth_error", msg);
  }

  public static ServiceError notFound(String code, String msg) {
    return new ServiceError(404, code, msg);
  }

  public int status() {
    return status;
  }

  public ObjectNode body() {
    return ServiceJson.object().put("success", false).put("error", code).put("msg", msg);
  }
}
