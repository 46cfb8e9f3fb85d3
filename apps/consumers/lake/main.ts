import { noFaults } from "../../shared/delta/fault-points";
import { startLake } from "./lake";

startLake(__filename, noFaults);
