import { startLake } from "../../apps/consumers/lake/lake";
import { faultsFromEnvironment } from "./fault";

startLake(__filename, faultsFromEnvironment());
