package dev.vast4j.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The login of a private image registry. {@code toString} hides the password.
 *
 * @param user the user's name
 * @param password the password or token
 * @param repo the registry's host, or null for Docker Hub
 */
public record DockerLogin(String user, String password, @Nullable String repo) {
  /**
   * Checks for null.
   *
   * @param user the user's name
   * @param password the password or token
   * @param repo the registry's host, or null for Docker Hub
   */
  public DockerLogin {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
  }

  @Override
  public String toString() {
    return "DockerLogin[user=" + user + ", password=***, repo=" + repo + "]";
  }
}
