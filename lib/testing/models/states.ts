/**
 * The states of the United States, Australia and Canada, with the ids and external ids that they have in every database.
 *
 * @module
 */

/** A state, with its external id in the module `base`. */
export interface State {
  /** Id. */
  readonly id: number;
  /** Id of the country. */
  readonly country_id: number;
  /** Code. */
  readonly code: string;
  /** Name. */
  readonly name: string;
  /** External id, without the module. */
  readonly xmlid: string;
}

/** All states that are there, by id. */
export function states(): State[] {
  return [
    ...statesOf(AUSTRALIA, 13, 1, (_code, index) => `au_${index + 1}`),
    // Those of the territories are named after their codes.
    ...statesOf(AMERICA, 233, 9, (code, index) => `us_${index < 51 ? index + 1 : code}`),
    ...statesOf(CANADA, 38, 533, (code) => `ca_${code}`),
  ];
}

function statesOf(
  list: string,
  country: number,
  first: number,
  xmlid: (code: string, index: number) => string,
): State[] {
  return list.replaceAll("\n", "").split("|").map((item, index) => {
    const [code = ""] = item.split(" ");
    return {
      id: first + index,
      country_id: country,
      code,
      name: item.slice(code.length + 1),
      xmlid: `state_${xmlid(code.toLowerCase(), index)}`,
    };
  });
}

const AUSTRALIA = `
ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|QLD Queensland|
SA South Australia|TAS Tasmania|VIC Victoria|WA Western Australia
`;

const AMERICA = `
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|
KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|
NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|
OR Oregon|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|
PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|
VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|
FM Federated States of Micronesia|GU Guam|MH Marshall Islands|MP Northern Mariana Islands|PW Palau|
PR Puerto Rico|VI Virgin Islands|AA Armed Forces Americas|AE Armed Forces Europe|
AP Armed Forces Pacific
`;

const CANADA = `
AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|
NT Northwest Territories|NS Nova Scotia|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|
SK Saskatchewan|YT Yukon
`;
