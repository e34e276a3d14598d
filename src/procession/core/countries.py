"""Countries that people can live in: number, code, telephone code and name.

The id of a country is its number in ISO 3166-1, which outlives changes of names and codes.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Country:
    id: int
    #: ISO 3166-1, two letters.
    iso2: str
    #: ITU E.164, without the plus sign; None: it has no telephone numbers of its own.
    phone_code: str | None
    name: str


def find_country(country_id: int) -> Country | None:
    return _countries().get(country_id)


@cache
def _countries() -> dict[int, Country]:
    """Read at the first use: a server whose people name no country does not carry them."""
    return {country.id: country for country in map(_read, _COUNTRIES.strip().splitlines())}


def _read(line: str) -> Country:
    number, iso2, phone_code, name = line.split(" ", 3)
    return Country(int(number), iso2, None if phone_code == "-" else phone_code, name)


_COUNTRIES = """
4 AF 93 Afghanistan
8 AL 355 Albania
10 AQ - Antarctica
12 DZ 213 Algeria
16 AS 1 American Samoa
20 AD 376 Andorra
24 AO 244 Angola
28 AG 1 Antigua & Barbuda
31 AZ 994 Azerbaijan
32 AR 54 Argentina
36 AU 61 Australia
40 AT 43 Austria
44 BS 1 Bahamas
48 BH 973 Bahrain
50 BD 880 Bangladesh
51 AM 374 Armenia
52 BB 1 Barbados
56 BE 32 Belgium
60 BM 1 Bermuda
64 BT 975 Bhutan
68 BO 591 Bolivia
70 BA 387 Bosnia & Herzegovina
72 BW 267 Botswana
74 BV - Bouvet Island
76 BR 55 Brazil
84 BZ 501 Belize
86 IO 246 British Indian Ocean Territory
90 SB 677 Solomon Islands
92 VG 1 British Virgin Islands
96 BN 673 Brunei
100 BG 359 Bulgaria
104 MM 95 Myanmar
108 BI 257 Burundi
112 BY 375 Belarus
116 KH 855 Cambodia
120 CM 237 Cameroon
124 CA 1 Canada
132 CV 238 Cape Verde
136 KY 1 Cayman Islands
140 CF 236 Central African Republic
144 LK 94 Sri Lanka
148 TD 235 Chad
152 CL 56 Chile
156 CN 86 China
158 TW 886 Taiwan
162 CX 61 Christmas Island
166 CC 61 Cocos (Keeling) Islands
170 CO 57 Colombia
174 KM 269 Comoros
175 YT 262 Mayotte
178 CG 242 Congo (Republic)
180 CD 243 Congo (Democratic Republic)
184 CK 682 Cook Islands
188 CR 506 Costa Rica
191 HR 385 Croatia
192 CU 53 Cuba
196 CY 357 Cyprus
203 CZ 420 Czechia
204 BJ 229 Benin
208 DK 45 Denmark
212 DM 1 Dominica
214 DO 1 Dominican Republic
218 EC 593 Ecuador
222 SV 503 El Salvador
226 GQ 240 Equatorial Guinea
231 ET 251 Ethiopia
232 ER 291 Eritrea
233 EE 372 Estonia
234 FO 298 Faroe Islands
238 FK 500 Falkland Islands
239 GS - South Georgia & the South Sandwich Islands
242 FJ 679 Fiji
246 FI 358 Finland
248 AX 358 Åland Islands
250 FR 33 France
254 GF 594 French Guiana
258 PF 689 French Polynesia
260 TF - French Southern Territories
262 DJ 253 Djibouti
266 GA 241 Gabon
268 GE 995 Georgia
270 GM 220 Gambia
275 PS 970 Palestine
276 DE 49 Germany
288 GH 233 Ghana
292 GI 350 Gibraltar
296 KI 686 Kiribati
300 GR 30 Greece
304 GL 299 Greenland
308 GD 1 Grenada
312 GP 590 Guadeloupe
316 GU 1 Guam
320 GT 502 Guatemala
324 GN 224 Guinea
328 GY 592 Guyana
332 HT 509 Haiti
334 HM - Heard Island & McDonald Islands
336 VA 39 Vatican City
340 HN 504 Honduras
344 HK 852 Hong Kong
348 HU 36 Hungary
352 IS 354 Iceland
356 IN 91 India
360 ID 62 Indonesia
364 IR 98 Iran
368 IQ 964 Iraq
372 IE 353 Ireland
376 IL 972 Israel
380 IT 39 Italy
384 CI 225 Côte d'Ivoire
388 JM 1 Jamaica
392 JP 81 Japan
398 KZ 7 Kazakhstan
400 JO 962 Jordan
404 KE 254 Kenya
408 KP 850 North Korea
410 KR 82 South Korea
414 KW 965 Kuwait
417 KG 996 Kyrgyzstan
418 LA 856 Laos
422 LB 961 Lebanon
426 LS 266 Lesotho
428 LV 371 Latvia
430 LR 231 Liberia
434 LY 218 Libya
438 LI 423 Liechtenstein
440 LT 370 Lithuania
442 LU 352 Luxembourg
446 MO 853 Macau
450 MG 261 Madagascar
454 MW 265 Malawi
458 MY 60 Malaysia
462 MV 960 Maldives
466 ML 223 Mali
470 MT 356 Malta
474 MQ 596 Martinique
478 MR 222 Mauritania
480 MU 230 Mauritius
484 MX 52 Mexico
492 MC 377 Monaco
496 MN 976 Mongolia
498 MD 373 Moldova
499 ME 382 Montenegro
500 MS 1 Montserrat
504 MA 212 Morocco
508 MZ 258 Mozambique
512 OM 968 Oman
516 NA 264 Namibia
520 NR 674 Nauru
524 NP 977 Nepal
528 NL 31 Netherlands
531 CW 599 Curaçao
533 AW 297 Aruba
534 SX 1 Sint Maarten
535 BQ 599 Caribbean Netherlands
540 NC 687 New Caledonia
548 VU 678 Vanuatu
554 NZ 64 New Zealand
558 NI 505 Nicaragua
562 NE 227 Niger
566 NG 234 Nigeria
570 NU 683 Niue
574 NF 672 Norfolk Island
578 NO 47 Norway
580 MP 1 Northern Mariana Islands
581 UM - US minor outlying islands
583 FM 691 Micronesia
584 MH 692 Marshall Islands
585 PW 680 Palau
586 PK 92 Pakistan
591 PA 507 Panama
598 PG 675 Papua New Guinea
600 PY 595 Paraguay
604 PE 51 Peru
608 PH 63 Philippines
612 PN - Pitcairn
616 PL 48 Poland
620 PT 351 Portugal
624 GW 245 Guinea-Bissau
626 TL 670 Timor-Leste
630 PR 1 Puerto Rico
634 QA 974 Qatar
638 RE 262 Réunion
642 RO 40 Romania
643 RU 7 Russia
646 RW 250 Rwanda
652 BL 590 St Barthelemy
654 SH 290 St Helena
659 KN 1 St Kitts & Nevis
660 AI 1 Anguilla
662 LC 1 St Lucia
663 MF 590 Saint Martin
666 PM 508 St Pierre & Miquelon
670 VC 1 St Vincent & the Grenadines
674 SM 378 San Marino
678 ST 239 Sao Tome & Principe
682 SA 966 Saudi Arabia
686 SN 221 Senegal
688 RS 381 Serbia
690 SC 248 Seychelles
694 SL 232 Sierra Leone
702 SG 65 Singapore
703 SK 421 Slovakia
704 VN 84 Vietnam
705 SI 386 Slovenia
706 SO 252 Somalia
710 ZA 27 South Africa
716 ZW 263 Zimbabwe
724 ES 34 Spain
728 SS 211 South Sudan
729 SD 249 Sudan
732 EH 212 Western Sahara
740 SR 597 Suriname
744 SJ 47 Svalbard & Jan Mayen
748 SZ 268 Eswatini
752 SE 46 Sweden
756 CH 41 Switzerland
760 SY 963 Syria
762 TJ 992 Tajikistan
764 TH 66 Thailand
768 TG 228 Togo
772 TK 690 Tokelau
776 TO 676 Tonga
780 TT 1 Trinidad & Tobago
784 AE 971 United Arab Emirates
788 TN 216 Tunisia
792 TR 90 Turkey
795 TM 993 Turkmenistan
796 TC 1 Turks & Caicos Islands
798 TV 688 Tuvalu
800 UG 256 Uganda
804 UA 380 Ukraine
807 MK 389 North Macedonia
818 EG 20 Egypt
826 GB 44 United Kingdom
831 GG 44 Guernsey
832 JE 44 Jersey
833 IM 44 Isle of Man
834 TZ 255 Tanzania
840 US 1 United States
850 VI 1 US Virgin Islands
854 BF 226 Burkina Faso
858 UY 598 Uruguay
860 UZ 998 Uzbekistan
862 VE 58 Venezuela
876 WF 681 Wallis & Futuna
882 WS 685 Samoa
887 YE 967 Yemen
894 ZM 260 Zambia
"""
