import "./style.css";
import { render } from "preact";

const root = document.getElementById("page");
if (root !== null) render(<h1>kafka-iot-sim</h1>, root);
