import type { Scenario } from "./scenario";
import { tableScenarios } from "./table-scenarios";
import { topicScenarios } from "./topic-scenarios";

export type * from "./scenario";

/** All scenarios; both reconciliations run each of them. */
export const scenarios: readonly Scenario[] = [...topicScenarios, ...tableScenarios];
