import { noFaults } from "./delta/fault-points";
import { startLake } from "./lake";

startLake(__filename, noFaults);
