package dev.vast4j.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.query.Query;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarketTest {
  private static final String DEFAULTS = "verified=true rentable=true rented=false";

  private static String rented(String search) {
    return Market.rent(Search.parse(search)).map(Market.Offer::gpuName).orElse("none");
  }

  @Test
  void rentsCheapestMatch() {
    assertThat(rented(DEFAULTS)).isEqualTo("RTX 3060");
    assertThat(rented(DEFAULTS + " gpu_ram>=24")).isEqualTo("RTX 3090");
    assertThat(rented(DEFAULTS + " gpu_name in RTX_4090,RTX_5090")).isEqualTo("RTX 4090");
    assertThat(rented(DEFAULTS + " gpu_name notin RTX_3060,Tesla_T4 gpu_ram<=16"))
        .isEqualTo("RTX 4070");
    assertThat(rented("num_gpus>=8 gpu_name=H100_SXM")).isEqualTo("H100 SXM");
    assertThat(rented("geolocation=SE")).isEqualTo("RTX 4080");
  }

  @Test
  void ignoresUnknownColumns() {
    assertThat(rented("pcie_bw>=12.5 hostname!=x")).isEqualTo("RTX 3060");
  }

  @Test
  void offersExistingGpuByName() {
    assertThat(rented(DEFAULTS + " gpu_name=Tesla_K80")).isEqualTo("Tesla K80");
    assertThat(rented(DEFAULTS + " gpu_name=RTX_99999")).isEqualTo("none");
  }

  @Test
  void explainsWhyNothingMatches() {
    assertThat(Market.whyNone(Search.parse(DEFAULTS + " gpu_ram>=4096")))
        .isEqualTo("no offers match gpu_ram>=4096");
    assertThat(Market.whyNone(Search.parse(DEFAULTS + " gpu_name=L4 gpu_ram>=48")))
        .isEqualTo("no offers match gpu_name=L4 gpu_ram>=48");
  }

  @Test
  void searchesInTheWebApisUnits() throws Exception {
    ArrayNode offers =
        Market.search(
            (ObjectNode)
                ServiceJson.MAPPER.readTree(
                    "{\"gpu_ram\":{\"gte\":80000},\"duration\":{\"gte\":86400},"
                        + "\"num_gpus\":{\"eq\":1},\"gpu_name\":{\"neq\":\"B200\"},"
                        + "\"order\":[[\"dph_total\",\"desc\"]],\"type\":\"on-demand\","
                        + "\"limit\":2,\"allocated_storage\":100}"));
    assertThat(offers).hasSize(2);
    assertThat(offers.get(0).path("gpu_name").asText()).isEqualTo("H200");
    assertThat(offers.get(0).path("gpu_ram").asInt()).isEqualTo(141_000);
    assertThat(offers.get(0).path("dph_total").asDouble()).isEqualTo(2.4);
    assertThat(Market.search(ServiceJson.object().put("allocated_storage", 2000))).isEmpty();
    assertThat(Market.search(ServiceJson.object())).hasSize(25);
  }

  @Test
  void readsObjectForm() throws Exception {
    List<Query> params =
        Search.of(
            ServiceJson.MAPPER.readTree(
                "{\"verified\": {\"eq\": true}, \"gpu_ram\": {\"gte\": 24, \"lt\": 48},"
                    + " \"gpu_name\": {\"in\": [\"RTX 4090\"]}}"));
    assertThat(params)
        .extracting(Query::toString)
        .containsExactly("verified=true", "gpu_ram>=24", "gpu_ram<48", "gpu_name in RTX_4090");
  }

  @Test
  void rejectsInvalidSearches() {
    assertThatThrownBy(() -> Search.parse("gpu_ram=>24 ??"))
        .isInstanceOf(ServiceError.class)
        .hasMessageContaining("gpu_ram");
    for (String shape : List.of("[1]", "5", "true", "{\"gpu_ram\": 9999}")) {
      assertThatThrownBy(() -> Search.of(ServiceJson.MAPPER.readTree(shape)))
          .as(shape)
          .isInstanceOf(ServiceError.class)
          .hasMessageContaining("search_params");
    }
  }
}
