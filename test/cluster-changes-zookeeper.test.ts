import { testChanges } from "./cluster/changes";

testChanges("zookeeper");
