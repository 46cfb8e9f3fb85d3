import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/header.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/controls.css";
import "./style/tables.css";
import "./style/delivery-proof.css";
import "./style/topology.css";
import "./style/curves.css";
import { Dashboard, DashboardContext } from "./dashboard";
import { Page } from "./shell/page";
import { startTheme } from "./theme";

const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no element #page");

startTheme();
const dashboard = new Dashboard();
const followVisibility = () => dashboard.setVisible(document.visibilityState === "visible");
document.addEventListener("visibilitychange", followVisibility);
followVisibility();

render(
  <DashboardContext.Provider value={dashboard}>
    <Page />
  </DashboardContext.Provider>,
  root,
);
