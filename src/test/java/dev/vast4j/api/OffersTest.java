package dev.vast4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.http.Answers;
import dev.vast4j.internal.http.FakeTiming;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class OffersTest {
  @RegisterExtension static final WireMockExtension SERVICE = Answers.service();

  private final FakeTiming timing = new FakeTiming();
  private final Connection connection =
      Connection.builder(() -> "key")
          .webUrl(URI.create(SERVICE.baseUrl()))
          .engineUrl(URI.create(SERVICE.baseUrl()))
          .timing(timing)
          .build();

  @AfterEach
  void close() {
    connection.close();
  }

  private JsonNode asked(String query) throws IOException {
    SERVICE.resetAll();
    Answers.inTurn(SERVICE, Answers.json("{\"offers\":[]}"));
    assertThat(connection.web().offers(OfferSearch.parse(query, 16, 30))).isEmpty();
    return new ObjectMapper().readTree(Answers.requests(SERVICE).get(0).getBodyAsString());
  }

  @Test
  void asksInTheMarketsUnits() throws IOException {
    JsonNode body =
        asked(
            "gpu_name in RTX_4090,H100_SXM gpu_ram>=24 cpu_ram>32.5 duration>=3 cpu_ram_GB<=512"
                + " gpu_total_ram!=48 dph<0.5 geolocation notin CN,RU verified=any"
                + " driver_version>=535.86.05 has_avx=true");

    assertThat(Answers.requests(SERVICE).get(0).getUrl()).isEqualTo("/api/v0/search/asks/");
    assertThat(body.path("select_cols").toString()).isEqualTo("[\"*\"]");
    assertThat(body.path("q"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "{\"external\":{\"eq\":false},\"rentable\":{\"eq\":true},"
                        + "\"rented\":{\"eq\":false},\"gpu_name\":{\"in\":[\"RTX 4090\",\"H100"
                        + " SXM\"]},\"gpu_ram\":{\"gte\":24000},"
                        + "\"cpu_ram\":{\"gt\":32500,\"lte\":512000},"
                        + "\"duration\":{\"gte\":259200},\"gpu_total_ram\":{\"neq\":48000},"
                        + "\"dph_total\":{\"lt\":0.5},\"geolocation\":{\"notin\":[\"CN\",\"RU\"]},"
                        + "\"driver_version\":{\"gte\":535086005},\"has_avx\":{\"eq\":true},"
                        + "\"order\":[[\"dph_total\",\"asc\"]],\"type\":\"on-demand\",\"limit\":30,"
                        + "\"allocated_storage\":16}"));
    assertThat(asked("").path("q").path("verified").toString()).isEqualTo("{\"eq\":true}");
  }

  @Test
  void readsOffersWithAnyFieldMissing() {
    Answers.inTurn(
        SERVICE,
        Answers.json(
            "{\"offers\":[{\"id\":7,\"gpu_name\":\"RTX 4090\",\"num_gpus\":2,\"gpu_ram\":24564,"
                + "\"cpu_ram\":64000,\"dph_total\":0.42,\"reliability2\":0.99,"
                + "\"geolocation\":\"Texas, US\"},{\"id\":8,\"gpu_name\":null}]}"));

    var offers = connection.web().offers(OfferSearch.parse("", 0, 1));

    Offer first = offers.get(0);
    assertThat(first.gpuRam()).isEqualTo(24.564);
    assertThat(first.cpuRam()).isEqualTo(64);
    assertThat(first.dollarsPerHour()).isEqualTo(0.42);
    assertThat(first.numGpus()).isEqualTo(2);
    assertThat(first.geolocation()).isEqualTo("Texas, US");
    assertThat(offers.get(1).gpuName()).isNull();
    assertThat(offers.get(1).dollarsPerHour()).isZero();
  }

  @Test
  void retriesForSomeSecondsOnly() {
    Answers.inTurn(SERVICE, Answers.json(503, "{}"));
    OfferSearch search = OfferSearch.parse("", 0, 1);

    assertThatThrownBy(() -> connection.web().offers(search)).isInstanceOf(ApiException.class);
    assertThat(timing.waits().stream().reduce(Duration.ZERO, Duration::plus))
        .isLessThanOrEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void rejectsInvalidSearches() {
    assertThatThrownBy(() -> OfferSearch.parse("gpu_ram>>24", 0, 1))
        .isInstanceOf(InvalidDeploymentException.class);
    assertThatThrownBy(() -> OfferSearch.parse("", -1, 1)).hasMessageContaining("storage");
    assertThatThrownBy(() -> OfferSearch.parse("", Double.NaN, 1)).hasMessageContaining("storage");
    assertThatThrownBy(() -> OfferSearch.parse("", 0, 0)).hasMessageContaining("limit");
  }
}
