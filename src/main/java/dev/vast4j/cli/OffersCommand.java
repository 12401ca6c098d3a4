package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.api.Offer;
import dev.vast4j.api.OfferSearch;
import dev.vast4j.errors.InvalidDeploymentException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code offers}: shows what the market has. */
@Command(
    name = "offers",
    description = "Shows machines on the market that match now, the cheapest first.",
    footer = {
      "",
      "Memory and disk space are in GB, duration in days. The search starts from",
      "verified=true external=false rentable=true rented=false; verified=any drops one.",
      "",
      "Examples:",
      "  vast4j offers 'gpu_name in RTX_4090,RTX_5090 gpu_ram>=24'",
      "  vast4j offers 'num_gpus>=2 inet_down>=500 dph_total<1' --limit 5",
      "  vast4j offers 'gpu_name=H100_SXM' --json"
    })
final class OffersCommand extends ServiceCommand {
  /** More than the service is likely to have for one search. */
  private static final int COUNTED = 1000;

  @Parameters(
      arity = "0..*",
      paramLabel = "QUERY",
      description = "Requirements, such as 'gpu_name in RTX_4090 gpu_ram>=24' (default: none).")
  private List<String> query = List.of();

  @Option(
      names = "--storage",
      paramLabel = "GB",
      description = "Disk space that the price includes (default: ${DEFAULT-VALUE}).")
  private double storage = 16;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Show at most N offers (default: ${DEFAULT-VALUE}); all are counted.")
  private int limit = 20;

  OffersCommand(Console console) {
    super(console);
  }

  @Override
  void checkOptions() {
    if (limit < 0) {
      throw new WrongUsage("--limit is " + limit + ". Give 0 or more", null);
    }
    try {
      search();
      QueryColumns.warnUnknown(String.join(" ", query), "", console);
    } catch (InvalidDeploymentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()), e);
    }
  }

  private OfferSearch search() {
    return OfferSearch.parse(String.join(" ", query), storage, COUNTED);
  }

  @Override
  ExitCode run(Vast vast) {
    List<Offer> offers =
        vast.offers().search(search()).stream()
            .sorted(Comparator.comparingDouble(Offer::dollarsPerHour))
            .toList();
    List<Offer> shown = offers.subList(0, Math.min(limit, offers.size()));
    if (console.json()) {
      Map<String, Object> whole = new LinkedHashMap<>();
      whole.put("count", offers.size());
      whole.put("models", counts(offers));
      whole.put("offers", shown);
      console.printJson(whole);
    } else if (offers.isEmpty()) {
      console.print("No machine on the market matches. Relax the requirements.");
    } else {
      if (!shown.isEmpty()) {
        console.print(table(shown));
        console.print("");
      }
      console.print(models(offers));
      console.print(summary(offers, shown.size()));
    }
    return ExitCode.DONE;
  }

  private static Map<String, Long> counts(List<Offer> offers) {
    return offers.stream()
        .collect(Collectors.groupingBy(OffersCommand::model, TreeMap::new, Collectors.counting()));
  }

  private static String model(Offer offer) {
    String gpu = offer.gpuName();
    return gpu == null || gpu.isEmpty() ? "no GPU" : gpu;
  }

  private Table table(List<Offer> offers) {
    Table table =
        new Table(
            console.colours(),
            ">ID",
            "GPU",
            ">GPU GB",
            ">$/HOUR",
            ">CORES",
            ">RAM GB",
            ">DISK GB",
            ">DOWN Mb/s",
            ">RELIABLE",
            "PLACE");
    for (Offer offer : offers) {
      String gpu = model(offer);
      table.row(
          offer.id(),
          console.text(offer.numGpus() > 1 ? offer.numGpus() + "x " + gpu : gpu, Style.bold),
          number(offer.gpuRam()),
          dollars(offer.dollarsPerHour()),
          number(offer.cpuCores()),
          number(offer.cpuRam()),
          number(offer.diskSpace()),
          number(offer.inetDown()),
          String.format(Locale.ROOT, "%.1f %%", offer.reliability() * 100),
          offer.geolocation());
    }
    return table;
  }

  private Table models(List<Offer> offers) {
    Table table = new Table(console.colours(), "MODEL", ">OFFERS", ">FROM $/HOUR");
    Map<String, Double> cheapest =
        offers.stream()
            .collect(Collectors.toMap(OffersCommand::model, Offer::dollarsPerHour, Math::min));
    counts(offers).entrySet().stream()
        .sorted(Comparator.comparingDouble(e -> cheapest.getOrDefault(e.getKey(), 0.0)))
        .forEach(
            e ->
                table.row(
                    e.getKey(), e.getValue(), dollars(cheapest.getOrDefault(e.getKey(), 0.0))));
    return table;
  }

  private static String summary(List<Offer> offers, int shown) {
    Offer cheapest = offers.get(0);
    return "%s%d %s%s; the cheapest is offer %d, %s at %s an hour."
        .formatted(
            offers.size() >= COUNTED ? "At least " : "",
            offers.size(),
            offers.size() == 1 ? "offer" : "offers",
            shown < offers.size() ? " match, " + shown + " shown" : "",
            cheapest.id(),
            model(cheapest),
            "$" + dollars(cheapest.dollarsPerHour()));
  }

  private static String dollars(double amount) {
    return String.format(Locale.ROOT, "%.3f", amount);
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT, value >= 100 || value == Math.rint(value) ? "%.0f" : "%.1f", value);
  }
}
