package dev.vast4j.internal.http;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Trusts what the system trusts, and certificates that Vast's own CA signed.
 *
 * <p>The CA's certificate lacks the key usage for signing certificates, so a TrustManagerFactory
 * refuses it as an anchor. Chains are therefore validated against an anchor with its name and
 * public key: everything but the anchor's extensions is checked as usual. The HTTP client verifies
 * host names, as for every certificate.
 */
public final class WorkerTrust extends X509ExtendedTrustManager {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";
  private static final int MOST_CERTIFICATES = 10;

  private final X509ExtendedTrustManager system;
  private final RootCertificate root;

  /** Trusts the system's roots and this one. */
  public WorkerTrust(RootCertificate root) {
    this(root, List.of());
  }

  /** Trusts the system's roots, further ones, and this one. */
  public WorkerTrust(RootCertificate root, List<X509Certificate> further) {
    this.system = systemTrust(further);
    this.root = root;
  }

  /** {@return what trusts the system's roots and further certificates} */
  static X509ExtendedTrustManager systemTrust(List<X509Certificate> further) {
    X509ExtendedTrustManager system = trust(null);
    if (further.isEmpty()) {
      return system;
    }
    try {
      KeyStore both = KeyStore.getInstance(KeyStore.getDefaultType());
      both.load(null, null);
      int count = 0;
      for (X509Certificate one : system.getAcceptedIssuers()) {
        both.setCertificateEntry("system-" + count++, one);
      }
      for (X509Certificate one : further) {
        both.setCertificateEntry("further-" + count++, one);
      }
      return trust(both);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the trusted certificates cannot be put together", e);
    }
  }

  private static X509ExtendedTrustManager trust(@Nullable KeyStore roots) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(roots);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the system's trusted certificates cannot be read", e);
    }
    throw new IllegalStateException("this JDK has no X.509 trust manager");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    SSLParameters parameters = socket instanceof SSLSocket ssl ? ssl.getSSLParameters() : null;
    try {
      system.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      checkAgainstRoot(chain, parameters, e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      system.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      checkAgainstRoot(chain, engine.getSSLParameters(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      system.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      checkAgainstRoot(chain, null, e);
    }
  }

  private void checkAgainstRoot(
      X509Certificate[] chain, @Nullable SSLParameters parameters, CertificateException refusal)
      throws CertificateException {
    if (parameters != null && parameters.getEndpointIdentificationAlgorithm() != null) {
      // The check below doesn't verify host names, so it must not stand in for one that does.
      throw refusal;
    }
    List<X509Certificate> anchors;
    try {
      anchors = root.get();
    } catch (IOException e) {
      refusal.addSuppressed(e);
      throw refusal;
    }
    CertificateException last = validate(chain, anchors);
    if (last != null) {
      // The CA may have changed since its certificate was cached.
      List<X509Certificate> fresh = root.refetch(anchors);
      last = fresh == null ? last : validate(chain, fresh);
    }
    if (last != null) {
      last.addSuppressed(refusal);
      throw last;
    }
  }

  private static @Nullable CertificateException validate(
      X509Certificate[] chain, List<X509Certificate> anchors) {
    CertificateException last = null;
    for (X509Certificate anchor : anchors) {
      try {
        validate(chain, anchor);
        return null;
      } catch (CertificateException e) {
        last = e;
      } catch (GeneralSecurityException e) {
        last = new CertificateException(e.getMessage(), e);
      }
    }
    return last == null ? new CertificateException("no certificate of Vast's CA") : last;
  }

  private static void validate(X509Certificate[] chain, X509Certificate anchor)
      throws GeneralSecurityException {
    anchor.checkValidity();
    List<X509Certificate> path = path(chain, anchor.getSubjectX500Principal());
    List<String> usages = path.get(0).getExtendedKeyUsage();
    if (usages != null && !usages.contains(SERVER_AUTH) && !usages.contains(ANY_USAGE)) {
      throw new CertificateException("the certificate is not for servers");
    }
    CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
    PKIXParameters parameters =
        new PKIXParameters(
            Set.of(new TrustAnchor(anchor.getSubjectX500Principal(), anchor.getPublicKey(), null)));
    parameters.setRevocationEnabled(false); // the CA publishes no list
    CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
  }

  /** Returns the chain from the server's certificate to the anchor, without the anchor. */
  private static List<X509Certificate> path(X509Certificate[] chain, X500Principal anchor)
      throws CertificateException {
    if (chain.length == 0) {
      throw new CertificateException("the server sent no certificate");
    }
    List<X509Certificate> rest = new ArrayList<>(Arrays.asList(chain));
    List<X509Certificate> path = new ArrayList<>();
    X509Certificate at = rest.remove(0);
    path.add(at);
    while (!at.getIssuerX500Principal().equals(anchor)) {
      X500Principal issuer = at.getIssuerX500Principal();
      X509Certificate next = null;
      for (X509Certificate candidate : rest) {
        if (candidate.getSubjectX500Principal().equals(issuer)) {
          next = candidate;
          break;
        }
      }
      if (next == null || path.size() >= MOST_CERTIFICATES) {
        throw new CertificateException("the certificate does not lead to Vast's CA");
      }
      rest.remove(next);
      path.add(next);
      at = next;
    }
    return path;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    system.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    system.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    system.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return system.getAcceptedIssuers();
  }
}
