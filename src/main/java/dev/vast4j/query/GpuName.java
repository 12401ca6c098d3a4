package dev.vast4j.query;

/**
 * The GPU models that the service knew when this version was released. For a newer model, give its
 * name as text: {@code Columns.GPU_NAME.eq("RTX 6090")}.
 *
 * <p>The constants have the names of the service's own Python client.
 */
public enum GpuName {
  /** A10. */
  A10("A10"),
  /** A10g. */
  A10g("A10g"),
  /** A16. */
  A16("A16"),
  /** A30. */
  A30("A30"),
  /** A40. */
  A40("A40"),
  /** A100 PCIE. */
  A100_PCIE("A100 PCIE"),
  /** A100 SXM4. */
  A100_SXM4("A100 SXM4"),
  /** A100 SXM. */
  A100_SXM("A100 SXM"),
  /** A100X. */
  A100X("A100X"),
  /** A800 PCIE. */
  A800_PCIE("A800 PCIE"),
  /** B200. */
  B200("B200"),
  /** GH200 SXM. */
  GH200_SXM("GH200 SXM"),
  /** H100 PCIE. */
  H100_PCIE("H100 PCIE"),
  /** H100 SXM. */
  H100_SXM("H100 SXM"),
  /** H100 NVL. */
  H100_NVL("H100 NVL"),
  /** H200. */
  H200("H200"),
  /** H200 NVL. */
  H200_NVL("H200 NVL"),
  /** L4. */
  L4("L4"),
  /** L40. */
  L40("L40"),
  /** L40S. */
  L40S("L40S"),
  /** Tesla K20c. */
  Tesla_K20c("Tesla K20c"),
  /** Tesla K80. */
  Tesla_K80("Tesla K80"),
  /** Tesla M40. */
  Tesla_M40("Tesla M40"),
  /** Tesla P4. */
  Tesla_P4("Tesla P4"),
  /** Tesla P6. */
  Tesla_P6("Tesla P6"),
  /** Tesla P40. */
  Tesla_P40("Tesla P40"),
  /** Tesla P100. */
  Tesla_P100("Tesla P100"),
  /** Tesla T4. */
  Tesla_T4("Tesla T4"),
  /** Tesla V100. */
  Tesla_V100("Tesla V100"),
  /** GeForce 970. */
  GeForce_970("GeForce 970"),
  /** GTX 750 Ti. */
  GTX_750_Ti("GTX 750 Ti"),
  /** GTX 1050. */
  GTX_1050("GTX 1050"),
  /** GTX 1050 Ti. */
  GTX_1050_Ti("GTX 1050 Ti"),
  /** GTX 1060. */
  GTX_1060("GTX 1060"),
  /** GTX 1070. */
  GTX_1070("GTX 1070"),
  /** GTX 1070 Ti. */
  GTX_1070_Ti("GTX 1070 Ti"),
  /** GTX 1080. */
  GTX_1080("GTX 1080"),
  /** GTX 1080 Ti. */
  GTX_1080_Ti("GTX 1080 Ti"),
  /** GTX 1650. */
  GTX_1650("GTX 1650"),
  /** GTX 1650 S. */
  GTX_1650_S("GTX 1650 S"),
  /** GTX 1650 Ti. */
  GTX_1650_Ti("GTX 1650 Ti"),
  /** GTX 1660. */
  GTX_1660("GTX 1660"),
  /** GTX 1660 S. */
  GTX_1660_S("GTX 1660 S"),
  /** GTX 1660 Ti. */
  GTX_1660_Ti("GTX 1660 Ti"),
  /** GTX TITAN X. */
  GTX_TITAN_X("GTX TITAN X"),
  /** RTX 2060. */
  RTX_2060("RTX 2060"),
  /** RTX 2060S. */
  RTX_2060S("RTX 2060S"),
  /** RTX 2070. */
  RTX_2070("RTX 2070"),
  /** RTX 2070S. */
  RTX_2070S("RTX 2070S"),
  /** RTX 2080. */
  RTX_2080("RTX 2080"),
  /** RTX 2080S. */
  RTX_2080S("RTX 2080S"),
  /** RTX 2080 Ti. */
  RTX_2080_Ti("RTX 2080 Ti"),
  /** RTX 3050. */
  RTX_3050("RTX 3050"),
  /** RTX 3060. */
  RTX_3060("RTX 3060"),
  /** RTX 3060 laptop. */
  RTX_3060_laptop("RTX 3060 laptop"),
  /** RTX 3060 Ti. */
  RTX_3060_Ti("RTX 3060 Ti"),
  /** RTX 3070. */
  RTX_3070("RTX 3070"),
  /** RTX 3070 laptop. */
  RTX_3070_laptop("RTX 3070 laptop"),
  /** RTX 3070 Ti. */
  RTX_3070_Ti("RTX 3070 Ti"),
  /** RTX 3080. */
  RTX_3080("RTX 3080"),
  /** RTX 3080 Ti. */
  RTX_3080_Ti("RTX 3080 Ti"),
  /** RTX 3090. */
  RTX_3090("RTX 3090"),
  /** RTX 3090 Ti. */
  RTX_3090_Ti("RTX 3090 Ti"),
  /** RTX 4060. */
  RTX_4060("RTX 4060"),
  /** RTX 4060 laptop. */
  RTX_4060_laptop("RTX 4060 laptop"),
  /** RTX 4060 Ti. */
  RTX_4060_Ti("RTX 4060 Ti"),
  /** RTX 4070. */
  RTX_4070("RTX 4070"),
  /** RTX 4070 laptop. */
  RTX_4070_laptop("RTX 4070 laptop"),
  /** RTX 4070S. */
  RTX_4070S("RTX 4070S"),
  /** RTX 4070S Ti. */
  RTX_4070S_Ti("RTX 4070S Ti"),
  /** RTX 4070 Ti. */
  RTX_4070_Ti("RTX 4070 Ti"),
  /** RTX 4080. */
  RTX_4080("RTX 4080"),
  /** RTX 4080 laptop. */
  RTX_4080_laptop("RTX 4080 laptop"),
  /** RTX 4080S. */
  RTX_4080S("RTX 4080S"),
  /** RTX 4090. */
  RTX_4090("RTX 4090"),
  /** RTX 4090D. */
  RTX_4090D("RTX 4090D"),
  /** RTX 4090 Ti. */
  RTX_4090_Ti("RTX 4090 Ti"),
  /** RTX 5060. */
  RTX_5060("RTX 5060"),
  /** RTX 5060 Ti. */
  RTX_5060_Ti("RTX 5060 Ti"),
  /** RTX 5070. */
  RTX_5070("RTX 5070"),
  /** RTX 5070 Ti. */
  RTX_5070_Ti("RTX 5070 Ti"),
  /** RTX 5080. */
  RTX_5080("RTX 5080"),
  /** RTX 5090. */
  RTX_5090("RTX 5090"),
  /** RTX 5090 Ti. */
  RTX_5090_Ti("RTX 5090 Ti"),
  /** Titan RTX. */
  Titan_RTX("Titan RTX"),
  /** Titan V. */
  Titan_V("Titan V"),
  /** TITAN V CEO. */
  TITAN_V_CEO("TITAN V CEO"),
  /** Titan X. */
  Titan_X("Titan X"),
  /** Titan Xp. */
  Titan_Xp("Titan Xp"),
  /** Quadro K620. */
  Quadro_K620("Quadro K620"),
  /** Quadro K2200. */
  Quadro_K2200("Quadro K2200"),
  /** Quadro P2000. */
  Quadro_P2000("Quadro P2000"),
  /** Quadro P4000. */
  Quadro_P4000("Quadro P4000"),
  /** Quadro P5000. */
  Quadro_P5000("Quadro P5000"),
  /** Quadro P6000. */
  Quadro_P6000("Quadro P6000"),
  /** Quadro GP100. */
  Quadro_GP100("Quadro GP100"),
  /** Quadro GV100. */
  Quadro_GV100("Quadro GV100"),
  /** Q RTX 4000. */
  Q_RTX_4000("Q RTX 4000"),
  /** Q RTX 5000. */
  Q_RTX_5000("Q RTX 5000"),
  /** Q RTX 6000. */
  Q_RTX_6000("Q RTX 6000"),
  /** Q RTX 8000. */
  Q_RTX_8000("Q RTX 8000"),
  /** RTX A2000. */
  RTX_A2000("RTX A2000"),
  /** RTX A4000. */
  RTX_A4000("RTX A4000"),
  /** RTX A4500. */
  RTX_A4500("RTX A4500"),
  /** RTX A5000. */
  RTX_A5000("RTX A5000"),
  /** RTX A6000. */
  RTX_A6000("RTX A6000"),
  /** RTX 2000Ada. */
  RTX_2000Ada("RTX 2000Ada"),
  /** RTX 4000Ada. */
  RTX_4000Ada("RTX 4000Ada"),
  /** RTX 4500Ada. */
  RTX_4500Ada("RTX 4500Ada"),
  /** RTX 5000Ada. */
  RTX_5000Ada("RTX 5000Ada"),
  /** RTX 5880Ada. */
  RTX_5880Ada("RTX 5880Ada"),
  /** RTX 6000Ada. */
  RTX_6000Ada("RTX 6000Ada"),
  /** RTX PRO 4000. */
  RTX_PRO_4000("RTX PRO 4000"),
  /** RTX PRO 4000 Mobile. */
  RTX_PRO_4000_Mobile("RTX PRO 4000 Mobile"),
  /** RTX PRO 4500. */
  RTX_PRO_4500("RTX PRO 4500"),
  /** RTX PRO 5000. */
  RTX_PRO_5000("RTX PRO 5000"),
  /** RTX PRO 6000. */
  RTX_PRO_6000("RTX PRO 6000"),
  /** RTX PRO 6000 S. */
  RTX_PRO_6000_S("RTX PRO 6000 S"),
  /** RTX PRO 6000 WS. */
  RTX_PRO_6000_WS("RTX PRO 6000 WS"),
  /** RTX PRO 6000 Max-Q. */
  RTX_PRO_6000_Max_Q("RTX PRO 6000 Max-Q"),
  /** CMP 50HX. */
  CMP_50HX("CMP 50HX"),
  /** CMP 170HX. */
  CMP_170HX("CMP 170HX"),
  /** P104-100. */
  P104_100("P104-100"),
  /** P106-100. */
  P106_100("P106-100"),
  /** InstinctMI50. */
  InstinctMI50("InstinctMI50"),
  /** InstinctMI100. */
  InstinctMI100("InstinctMI100"),
  /** InstinctMI210. */
  InstinctMI210("InstinctMI210"),
  /** InstinctMI250X. */
  InstinctMI250X("InstinctMI250X"),
  /** PRO W6800. */
  PRO_W6800("PRO W6800"),
  /** PRO W7800. */
  PRO_W7800("PRO W7800"),
  /** PRO W7900. */
  PRO_W7900("PRO W7900"),
  /** Pro V620. */
  Pro_V620("Pro V620"),
  /** Radeon VII. */
  Radeon_VII("Radeon VII"),
  /** Radeon Pro VII. */
  Radeon_Pro_VII("Radeon Pro VII"),
  /** RX 6800. */
  RX_6800("RX 6800"),
  /** RX 6800 XT. */
  RX_6800_XT("RX 6800 XT"),
  /** RX 6900 XT. */
  RX_6900_XT("RX 6900 XT"),
  /** RX 6950 XT. */
  RX_6950_XT("RX 6950 XT"),
  /** RX 7600. */
  RX_7600("RX 7600"),
  /** RX 7700 XT. */
  RX_7700_XT("RX 7700 XT"),
  /** RX 7800 XT. */
  RX_7800_XT("RX 7800 XT"),
  /** RX 7900 GRE. */
  RX_7900_GRE("RX 7900 GRE"),
  /** RX 7900 XT. */
  RX_7900_XT("RX 7900 XT"),
  /** RX 7900 XTX. */
  RX_7900_XTX("RX 7900 XTX");

  private final String text;

  GpuName(String text) {
    this.text = text;
  }

  /** {@return the model's name in offers, such as {@code RTX 4090}} */
  public String text() {
    return text;
  }

  /** {@return the same as {@link #text()}} */
  @Override
  public String toString() {
    return text;
  }
}
