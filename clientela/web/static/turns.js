// A slider and the number beside it follow each other. Without this file either can be used alone.
document.addEventListener("input", (event) => {
  const other = document.getElementById(event.target.dataset?.mirrors ?? "");
  if (other && event.target.value !== "") other.value = event.target.value;
});
