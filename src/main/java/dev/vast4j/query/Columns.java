package dev.vast4j.query;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns that machines can be searched by. A constant's methods create a {@link Query}:
 *
 * <pre>{@code
 * image.require(
 *     GPU_NAME.in(RTX_4090, RTX_5090), GPU_RAM.gte(24), DURATION.gte(Duration.ofDays(3)));
 * }</pre>
 *
 * <p>Memory and disk space are in GB: {@code GPU_RAM.gte(48)} means 48 GB. (The Python client
 * divides it by 1000 first and so asks for 48 MB.) {@link #DURATION} takes a {@code Duration},
 * which a query's text form has in days. Each constant states its unit.
 *
 * <p>For a column that isn't here, use {@link Column#number Column.number("gpu_clock")} and the
 * like.
 */
public final class Columns {
  // before the constants, which add themselves
  private static final Map<String, Column<?>> BY_NAME = new LinkedHashMap<>();

  // GPUs

  /** The GPU model. */
  public static final GpuNameColumn GPU_NAME = gpuName("gpu_name");

  /** Number of GPUs in the offer. */
  public static final NumberColumn NUM_GPUS = number("num_gpus");

  /** Memory of one GPU, in GB. */
  public static final NumberColumn GPU_RAM = number("gpu_ram");

  /** Total memory of the offer's GPUs, in GB. */
  public static final NumberColumn GPU_TOTAL_RAM = number("gpu_total_ram");

  /** Manufacturer of the GPUs: {@code nvidia} or {@code amd}. */
  public static final TextColumn GPU_ARCH = text("gpu_arch");

  /** CUDA compute capability times 100: 890 for 8.9. */
  public static final NumberColumn COMPUTE_CAP = number("compute_cap");

  /** Newest CUDA version that the driver supports, such as 12.4. */
  public static final NumberColumn CUDA_MAX_GOOD = number("cuda_max_good");

  /** Version of the GPU driver, such as {@code 535.86.05}. */
  public static final VersionColumn DRIVER_VERSION = version("driver_version");

  /** Version of the GPU driver as one number, three digits per part: 535086005 for 535.86.05. */
  public static final NumberColumn DRIVER_VERS = number("driver_vers");

  /** Total compute of the offer's GPUs, in TFLOPS. */
  public static final NumberColumn TOTAL_FLOPS = number("total_flops");

  /** The service's deep-learning benchmark score of the offer, without a unit. */
  public static final NumberColumn DLPERF = number("dlperf");

  /** Memory bandwidth of one GPU, in GB/s. */
  public static final NumberColumn GPU_MEM_BW = number("gpu_mem_bw");

  /** NVLink bandwidth between the GPUs, in GB/s; 0 without NVLink. */
  public static final NumberColumn BW_NVLINK = number("bw_nvlink");

  /** PCIe bandwidth between CPU and GPU, in GB/s. */
  public static final NumberColumn PCIE_BW = number("pcie_bw");

  /** PCIe generation, such as 4. */
  public static final NumberColumn PCI_GEN = number("pci_gen");

  /** PCIe lanes of one GPU. */
  public static final NumberColumn GPU_LANES = number("gpu_lanes");

  /** Share of the machine's GPUs that the offer has, from 0 to 1. */
  public static final NumberColumn GPU_FRAC = number("gpu_frac");

  /** Ids of the offer's GPUs. */
  public static final NumberColumn GPU_IDS = number("gpu_ids");

  /** Power limit of one GPU, in watts. */
  public static final NumberColumn GPU_MAX_POWER = number("gpu_max_power");

  /** Temperature limit of one GPU, in degrees Celsius. */
  public static final NumberColumn GPU_MAX_TEMP = number("gpu_max_temp");

  /** Whether a display is attached to a GPU. */
  public static final BooleanColumn GPU_DISPLAY_ACTIVE = bool("gpu_display_active");

  // CPU and memory

  /** Virtual CPUs of the machine. */
  public static final NumberColumn CPU_CORES = number("cpu_cores");

  /** Virtual CPUs of the offer; may be a fraction. */
  public static final NumberColumn CPU_CORES_EFFECTIVE = number("cpu_cores_effective");

  /** CPU clock, in GHz. */
  public static final NumberColumn CPU_GHZ = number("cpu_ghz");

  /** CPU model. */
  public static final TextColumn CPU_NAME = text("cpu_name");

  /** CPU architecture: {@code amd64} or {@code arm64}. */
  public static final TextColumn CPU_ARCH = text("cpu_arch");

  /** Main memory of the machine, in GB. */
  public static final NumberColumn CPU_RAM = number("cpu_ram");

  /** Whether the CPU has AVX instructions. */
  public static final BooleanColumn HAS_AVX = bool("has_avx");

  /** Motherboard model. */
  public static final TextColumn MOBO_NAME = text("mobo_name");

  /** Ubuntu version of the host, such as {@code 22.04}. */
  public static final VersionColumn OS_VERSION = version("os_version");

  // Disk

  /** Disk space on offer, in GB. */
  public static final NumberColumn DISK_SPACE = number("disk_space");

  /**
   * Disk space that you will use, in GB. The service turns it into {@link #DISK_SPACE} of that much
   * or more.
   */
  public static final NumberColumn ALLOCATED_STORAGE = number("allocated_storage");

  /** Disk read bandwidth, in MB/s. */
  public static final NumberColumn DISK_BW = number("disk_bw");

  /** Disk model. */
  public static final TextColumn DISK_NAME = text("disk_name");

  /** Average bandwidth of the machine's network disk, in the service's own unit. */
  public static final NumberColumn NW_DISK_AVG_BW = number("nw_disk_avg_bw");

  /** Maximum bandwidth of the machine's network disk, in the service's own unit. */
  public static final NumberColumn NW_DISK_MAX_BW = number("nw_disk_max_bw");

  /** Minimum bandwidth of the machine's network disk, in the service's own unit. */
  public static final NumberColumn NW_DISK_MIN_BW = number("nw_disk_min_bw");

  /** Id of an offer of a volume on the same machine. */
  public static final NumberColumn AVAIL_VOL_ASK_ID = number("avail_vol_ask_id");

  /** Price of that volume, in dollars per hour. */
  public static final NumberColumn AVAIL_VOL_DPH = number("avail_vol_dph");

  /** Size of that volume, in GB. */
  public static final NumberColumn AVAIL_VOL_SIZE = number("avail_vol_size");

  // Network

  /** Download speed, in Mbit/s. */
  public static final NumberColumn INET_DOWN = number("inet_down");

  /** Upload speed, in Mbit/s. */
  public static final NumberColumn INET_UP = number("inet_up");

  /** Price of downloading, in dollars per GB. */
  public static final NumberColumn INET_DOWN_COST = number("inet_down_cost");

  /** Price of uploading, in dollars per GB. */
  public static final NumberColumn INET_UP_COST = number("inet_up_cost");

  /** Number of ports that are directly reachable from outside. */
  public static final NumberColumn DIRECT_PORT_COUNT = number("direct_port_count");

  /** Whether the public address stays the same. */
  public static final BooleanColumn STATIC_IP = bool("static_ip");

  /** The public address. */
  public static final TextColumn PUBLIC_IPADDR = text("public_ipaddr");

  /** The host name. */
  public static final TextColumn HOSTNAME = text("hostname");

  // Price and time

  /** Total price of the machine, in dollars per hour. */
  public static final NumberColumn DPH_TOTAL = number("dph_total");

  /** Price without storage, in dollars per hour. */
  public static final NumberColumn DPH_BASE = number("dph_base");

  /** Minimum bid for an interruptible rental, in dollars per hour. */
  public static final NumberColumn MIN_BID = number("min_bid");

  /** Whether the price is a bid for an interruptible rental. */
  public static final BooleanColumn IS_BID = bool("is_bid");

  /** Price of storage, in dollars per GB and month. */
  public static final NumberColumn STORAGE_COST = number("storage_cost");

  /** Price of the requested storage, in dollars per hour. */
  public static final NumberColumn STORAGE_TOTAL_COST = number("storage_total_cost");

  /** Price of GPU memory, in dollars per hour. */
  public static final NumberColumn VRAM_COSTPERHOUR = number("vram_costperhour");

  /** {@link #DLPERF} per dollar per hour. */
  public static final NumberColumn DLPERF_PER_DPHTOTAL = number("dlperf_per_dphtotal");

  /** TFLOPS per dollar per hour. */
  public static final NumberColumn FLOPS_PER_DPHTOTAL = number("flops_per_dphtotal");

  /** Maximum discount for prepaid credit, from 0 to 1. */
  public static final NumberColumn CREDIT_DISCOUNT_MAX = number("credit_discount_max");

  /** The service's own fee. */
  public static final NumberColumn PLATFORM_FEE = number("platform_fee");

  /** The service's ranking of the offer, without a unit. */
  public static final NumberColumn SCORE = number("score");

  /** How long the machine can be rented from now. The text form is in days. */
  public static final DurationColumn DURATION = duration("duration");

  /** Start of the offer, in seconds since 1970. */
  public static final NumberColumn START_DATE = number("start_date");

  /** End of the offer, in seconds since 1970. */
  public static final NumberColumn END_DATE = number("end_date");

  // Trust and location

  /** Whether the service has verified the machine. Every search requires {@code true} already. */
  public static final BooleanColumn VERIFIED = bool("verified");

  /** Verification state: {@code verified}, {@code unverified} or {@code deverified}. */
  public static final TextColumn VERIFICATION = text("verification");

  /** Verification state as the service's number. */
  public static final NumberColumn VERICODE = number("vericode");

  /** Whether the machine lost its verification for virtual machines. */
  public static final BooleanColumn IS_VM_DEVERIFIED = bool("is_vm_deverified");

  /** Uptime of the machine as a share, from 0 to 1. */
  public static final NumberColumn RELIABILITY = number("reliability");

  /** Reliability that the service expects, from 0 to 1. */
  public static final NumberColumn EXPECTED_RELIABILITY = number("expected_reliability");

  /**
   * Reliability that you need, from 0 to 1. The service turns it into {@link #EXPECTED_RELIABILITY}
   * of that much or more.
   */
  public static final NumberColumn TARGET_RELIABILITY = number("target_reliability");

  /** Weight of reliability in the service's ranking. */
  public static final NumberColumn RELIABILITY_MULT = number("reliability_mult");

  /** Two-letter country code, such as {@code SE}. */
  public static final TextColumn GEOLOCATION = text("geolocation");

  /** Location as the service's number. */
  public static final NumberColumn GEOLOCODE = number("geolocode");

  /** Whether the machine is in a data center. */
  public static final BooleanColumn DATACENTER = bool("datacenter");

  /** Type of hosting as a number: 1 is a data center. */
  public static final NumberColumn HOSTING_TYPE = number("hosting_type");

  /** Whether the offer comes from another provider. */
  public static final BooleanColumn EXTERNAL = bool("external");

  /** Whether the machine can be rented now. Every search requires {@code true} already. */
  public static final BooleanColumn RENTABLE = bool("rentable");

  /** Whether the machine is rented. Every search requires {@code false} already. */
  public static final BooleanColumn RENTED = bool("rented");

  /** Whether the machine runs virtual machines. */
  public static final BooleanColumn VMS_ENABLED = bool("vms_enabled");

  /** Type of resource, such as {@code gpu}. */
  public static final TextColumn RESOURCE_TYPE = text("resource_type");

  /** URL of the host's logo. */
  public static final TextColumn LOGO = text("logo");

  /** The host's web page. */
  public static final TextColumn WEBPAGE = text("webpage");

  // Ids

  /** Id of the offer. */
  public static final NumberColumn ID = number("id");

  /** Id of the contract behind the offer. */
  public static final NumberColumn ASK_CONTRACT_ID = number("ask_contract_id");

  /** Id shared by equal offers of one machine. */
  public static final NumberColumn BUNDLE_ID = number("bundle_id");

  /** Number of equal offers that this one represents. */
  public static final NumberColumn BUNDLED_RESULTS = number("bundled_results");

  /** Id of the machine. */
  public static final NumberColumn MACHINE_ID = number("machine_id");

  /** Id of the machine's host. */
  public static final NumberColumn HOST_ID = number("host_id");

  /** Id of the machine's cluster. */
  public static final NumberColumn CLUSTER_ID = number("cluster_id");

  // Aliases

  /** Alias of {@link #RELIABILITY}. */
  public static final NumberColumn RELIABILITY2 = number("reliability2");

  /** Alias of {@link #DPH_TOTAL}. */
  public static final NumberColumn DPHTOTAL = number("dphtotal");

  /** Alias of {@link #GPU_TOTAL_RAM}, but in MB. */
  public static final NumberColumn GPU_TOTALRAM = number("gpu_totalram");

  /** Alias of {@link #GPU_TOTAL_RAM}, in GB. */
  public static final NumberColumn GPU_TOTALRAM_GB = number("gpu_totalram_GB");

  /** Alias of {@link #GPU_RAM}, in GB. */
  public static final NumberColumn GPU_RAM_GB = number("gpu_ram_GB");

  /** Alias of {@link #CPU_RAM}, in GB. */
  public static final NumberColumn CPU_RAM_GB = number("cpu_ram_GB");

  /** Alias of {@link #OS_VERSION}. */
  public static final VersionColumn UBUNTU_VERSION = version("ubuntu_version");

  private Columns() {}

  /** {@return the constants of this class, in the order of their declaration} */
  public static List<Column<?>> all() {
    return List.copyOf(BY_NAME.values());
  }

  static @Nullable Column<?> find(String name) {
    return BY_NAME.get(name);
  }

  private static NumberColumn number(String name) {
    return add(new NumberColumn(name));
  }

  private static BooleanColumn bool(String name) {
    return add(new BooleanColumn(name));
  }

  private static TextColumn text(String name) {
    return add(new TextColumn(name));
  }

  private static VersionColumn version(String name) {
    return add(new VersionColumn(name));
  }

  private static DurationColumn duration(String name) {
    return add(new DurationColumn(name));
  }

  private static GpuNameColumn gpuName(String name) {
    return add(new GpuNameColumn(name));
  }

  private static <C extends Column<?>> C add(C column) {
    BY_NAME.put(column.name(), column);
    return column;
  }
}
