/**
 * Calling codes, currencies and languages, as a fresh Odoo has them: the more common of them.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Version } from "../faults.ts";

/** Values of a record. */
type Given = { readonly [field: string]: RpcValue };

/** Calling code of a country. */
export function callingCode(version: Version, country: string): number {
  // Odoo 14 has the two Congos the other way round.
  const code = version === 14 ? { CD: "CG", CG: "CD" }[country] ?? country : country;
  return CALLING_CODES.get(code === "XI" ? "GB" : code) ?? 0;
}

/** Currencies; only that of the company is in use, in 14 the euro, too. */
export function currencies(version: Version): Given[] {
  return CURRENCIES.map(([name, id, idIn14, symbol, position, label]) => ({
    id: version === 14 ? idIn14 : id,
    name,
    symbol,
    position: version === 14 && name === "CHF" ? "after" : position,
    rounding: name === "JPY" || (version === 14 && name === "HUF") ? 1 : 0.01,
    active: name === "USD" || (version === 14 && name === "EUR"),
    ...(version !== 14 && { full_name: label }),
  }));
}

/** Languages; only American English is in use. */
export function languages(version: Version): Given[] {
  return LANGUAGES.map(([name, code, iso, ids, format, separators]) => ({
    id: ids[version === 14 ? 0 : version === 17 ? 1 : 2] ?? 0,
    name,
    code,
    iso_code: iso,
    url_code: version === 19 && code === "es_ES" ? code : iso,
    active: code === "en_US",
    direction: "ltr",
    date_format: format,
    time_format: version === 19 && code === "en_US" ? "%I:%M:%S %p" : "%H:%M:%S",
    week_start: code === "en_US" || code === "pt_BR" ? "7" : "1",
    grouping: "[3,0]",
    decimal_point: separators.charAt(0),
    thousands_sep: separators.charAt(1),
  }));
}

const CURRENCIES = [
  ["USD", 1, 2, "$", "before", "United States dollar"],
  ["EUR", 126, 1, "€", "after", "Euro"],
  ["CAD", 3, 4, "$", "after", "Canadian dollar"],
  ["CHF", 4, 5, "CHF", "before", "Swiss franc"],
  ["BRL", 5, 6, "R$", "before", "Brazilian real"],
  ["CNY", 6, 7, "¥", "before", "Chinese yuan"],
  ["CZK", 9, 9, "Kč", "after", "Czech koruna"],
  ["DKK", 10, 10, "kr", "before", "Danish krone"],
  ["HUF", 11, 11, "Ft", "after", "Hungarian forint"],
  ["NOK", 14, 14, "kr", "before", "Norwegian krone"],
  ["PLN", 17, 17, "zł", "after", "Polish złoty"],
  ["SEK", 18, 18, "kr", "after", "Swedish krona"],
  ["INR", 20, 20, "₹", "before", "Indian rupee"],
  ["AUD", 21, 21, "$", "before", "Australian dollar"],
  ["JPY", 25, 25, "¥", "before", "Japanese yen"],
  ["MXN", 33, 33, "$", "before", "Mexican peso"],
  ["GBP", 144, 147, "£", "before", "Pound sterling"],
] as const;

/** Name, code, ISO code, ids in 14, 17 and 19, format of dates, decimal point and thousands separator. */
const LANGUAGES = [
  ["English (US)", "en_US", "en", [1, 1, 1], "%m/%d/%Y", ".,"],
  ["Dutch / Nederlands", "nl_NL", "nl", [17, 18, 19], "%d-%m-%Y", ",."],
  ["English (UK)", "en_GB", "en_GB", [20, 21, 22], "%d/%m/%Y", ".,"],
  ["French (BE) / Français (BE)", "fr_BE", "fr_BE", [24, 26, 27], "%d/%m/%Y", ",."],
  ["French / Français", "fr_FR", "fr", [27, 29, 30], "%d/%m/%Y", ",\u00a0"],
  ["German / Deutsch", "de_DE", "de", [30, 32, 33], "%d.%m.%Y", ",."],
  ["Italian / Italiano", "it_IT", "it", [38, 40, 41], "%d/%m/%Y", ",."],
  ["Portuguese (BR) / Português (BR)", "pt_BR", "pt_BR", [55, 59, 60], "%d/%m/%Y", ",."],
  ["Spanish / Español", "es_ES", "es", [77, 82, 83], "%d/%m/%Y", ",."],
] as const;

const CALLING_CODES = new Map(
  `
AD376 AE971 AF93 AG1268 AI1264 AL355 AM374 AO244 AQ672 AR54 AS1684 AT43 AU61 AW297 AX358 AZ994 BA387 BB1246 
BD880 BE32 BF226 BG359 BH973 BI257 BJ229 BL590 BM1441 BN673 BO591 BQ599 BR55 BS1242 BT975 BV55 BW267 BY375 
BZ501 CA1 CC61 CF236 CD243 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CX61 CY357 CZ420 
DE49 DJ253 DK45 DM1767 DO1849 DZ213 EC593 EE372 EG20 EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 
GA241 GD1473 GE995 GF594 GH233 GI350 GG44 GL299 GM220 GN224 GP590 GQ240 GR30 GS500 GT502 GU1671 GW245 GY592 
HK852 HM672 HN504 HR385 HT509 HU36 ID62 IE353 IL972 IM44 IN91 IO246 IQ964 IR98 IS354 IT39 JE44 JM1876 JO962 
JP81 KE254 KG996 KH855 KI686 KM269 KN1869 KP850 KR82 KW965 KY1345 KZ7 LA856 LB961 LC1758 LI423 LK94 LR231 LS266 
LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1670 MQ596 
MR222 MS1664 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 NR674 
NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PN64 PR1939 PS970 PT351 PW680 PY595 QA974 RE262 
RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 SN221 SO252 SR597 
SS211 ST239 SV503 SX1721 SY963 SZ268 TC1649 TD235 TF262 TG228 TH66 TJ992 TK690 TM993 TN216 TO676 TL670 TR90 
TT1868 TV688 TW886 TZ255 UA380 UG256 GB44 UM699 US1 UY598 UZ998 VA379 VC1784 VE58 VG1284 VI1340 VN84 VU678 
WF681 WS685 YE967 YT262 ZA27 ZM260 ZW263 XK383 
`.trim().split(/\s+/).map((item) => [item.slice(0, 2), Number(item.slice(2))]),
);
