import { testChanges } from "./cluster/changes";

testChanges("kraft");
