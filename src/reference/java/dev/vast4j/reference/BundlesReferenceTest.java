package dev.vast4j.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.UpdateTier;
import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import dev.vast4j.local.LocalVast;
import dev.vast4j.query.Columns;
import dev.vast4j.query.GpuName;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deploys the same source from Python and from Java, as one deployment. */
@Timeout(240)
public class BundlesReferenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path source;

  /** The deployed source's function. */
  public interface Parcel {
    @Remote
    int square(int x);
  }

  @BeforeAll
  static void requireReference() throws Exception {
    Reference.require();
    assumeTrue(Reference.deploys(), "the reference's client needs Python 3.12 to deploy");
  }

  @BeforeEach
  void writeSource() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/below"));
    Files.writeString(data.resolve("größe.txt"), "more\n");
    Files.writeString(folder.resolve("data/Z"), "upper case goes first\n");
    Files.writeString(folder.resolve("one.bin"), "\0\1\2");
    source = Files.createDirectories(folder.resolve("parcel")).resolve("__init__.py");
    Files.writeString(source.resolveSibling("helper.py"), "def twice(x):\n    return 2 * x\n");
    Files.writeString(
        source,
        """
        import os
        from vastai import Deployment
        from vastai.data.query import gpu_name, num_gpus

        app = Deployment(
            name="parcel",
            version_label="first",
            webserver_url=os.environ.get("WEB_URL", ""),
            autoscaler_url=os.environ.get("ENGINE_URL"),
        )
        image = app.image("vastai/pytorch:latest", 24)
        if not os.environ.get("IS_DEPLOYMENT"):
            image.pip_install("numpy==2.1", "torch>=2")
            image.apt_get("jq", "git")
            image.env(LABEL="größe 😀", EMPTY="", QUOTED='say "hi"')
            image.run_script("echo 'first'\\nexit 0")
            image.run_cmd("sh", "-c", "true")
            image.copy("@FOLDER@/data", "assets/data")
            image.copy("@FOLDER@/one.bin", "one.bin")
            image.require(num_gpus >= 1)
            image.require(gpu_name.in_(["RTX_4090", "RTX_5090"]))
        app.configure_autoscaling(min_load=1, max_workers=2, target_util=0.5)

        stamp = "changes with each build"  # !VAST_IGNORE_CHANGES

        @app.remote(benchmark_dataset=[{"x": 2}], benchmark_runs=2)
        async def square(x):
            return x * x
        """
            .replace("@FOLDER@", folder.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"module", "package"})
  void findsDeploymentOfTheReferenceUnchanged(String kind) throws Exception {
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client()) {
      JsonNode theirs = deployTheirs(engine, kind);
      assertThat(theirs.get("action").textValue()).isEqualTo("created");
      byte[] config = config(engine, vast);
      try (Deployment app = ours(vast, kind)) {
        assertThat(app.plan().changes()).isEmpty();

        assertThat(app.ensureReady()).isEqualTo(UpdateTier.NONE);
      }
      assertThat(vast.deployments().find("parcel", "default").orElseThrow().fileHash())
          .isEqualTo(theirs.get("hash").textValue());
      try (LocalVast other = LocalVast.start();
          Vast otherVast = other.client();
          Deployment app = ours(otherVast, kind)) {
        app.ensureReady();
        assertThat(config(other, otherVast)).isEqualTo(config);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"module", "package"})
  void referenceFindsOurDeploymentUnchanged(String kind) throws Exception {
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client();
        Deployment app = ours(vast, kind)) {
      assertThat(app.ensureReady()).isEqualTo(UpdateTier.NEW);

      JsonNode theirs = deployTheirs(engine, kind);

      assertThat(theirs.get("action").textValue()).isEqualTo("exists");
      assertThat(vast.deployments().find("parcel", "default").orElseThrow().fileHash())
          .isEqualTo(theirs.get("hash").textValue());
    }
  }

  private JsonNode deployTheirs(LocalVast engine, String kind) throws Exception {
    return Reference.run(Reference.at(engine), "deploy.py", source.toString(), kind);
  }

  private Deployment ours(Vast vast, String kind) {
    return Deployment.builder("parcel")
        .versionLabel("first")
        .vast(vast)
        .python(kind.equals("package") ? source.getParent() : source)
        .remote(Parcel.class)
        .image(
            Image.of("vastai/pytorch:latest", 24)
                .pipInstall("numpy==2.1", "torch>=2")
                .aptGet("jq", "git")
                .env("LABEL", "größe 😀")
                .env("EMPTY", "")
                .env("QUOTED", "say \"hi\"")
                .runScript("echo 'first'\nexit 0")
                .runCmd("sh", "-c", "true")
                .copy(folder.resolve("data"), "assets/data")
                .copy(folder.resolve("one.bin"), "one.bin")
                .require(
                    Columns.NUM_GPUS.gte(1),
                    Columns.GPU_NAME.in(GpuName.RTX_4090, GpuName.RTX_5090)))
        .autoscaling(Autoscaling.defaults().minLoad(1).maxWorkers(2).targetUtil(0.5))
        .build();
  }

  /** {@return the deployed tarball's {@code config.json}} */
  private static byte[] config(LocalVast engine, Vast vast) throws IOException {
    DeploymentInfo deployed = vast.deployments().find("parcel", "default").orElseThrow();
    URI asked = engine.url().resolve("/api/v0/deployment/" + deployed.id() + "/download_url/");
    HttpURLConnection connection = (HttpURLConnection) asked.toURL().openConnection();
    connection.setRequestProperty("Authorization", "Bearer " + engine.apiKey());
    String url;
    try (InputStream in = connection.getInputStream()) {
      url = JSON.readTree(in).get("download_url").textValue();
    }
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(URI.create(url).toURL().openStream()))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        if (entry.getName().equals("./config.json")) {
          return tar.readAllBytes();
        }
      }
    }
    throw new AssertionError("the tarball has no config.json");
  }
}
