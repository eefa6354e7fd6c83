// A signature drawn on the screen becomes a picture in the form. Without this script a signed slip is scanned instead.
"use strict";

const signing = document.querySelector("form[data-signing]");
const drawing = signing?.querySelector("[data-draw]");

if (drawing) {
  const canvas = drawing.querySelector("canvas");
  const pen = canvas.getContext("2d");
  let isDrawn = false;
  let last = null;

  const blank = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    isDrawn = false;
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };

  canvas.addEventListener("pointerdown", (event) => { last = place(event); canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointerup", () => { last = null; });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const here = place(event);
    pen.strokeStyle = "#000";
    pen.lineWidth = 3;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...here);
    pen.stroke();
    last = here;
    isDrawn = true;
  });
  drawing.querySelector("[data-clear]").addEventListener("click", blank);
  signing.addEventListener("submit", () => {
    if (!isDrawn) return;
    const number = signing.querySelector("[name=document]:checked")?.value ?? "";
    pen.fillStyle = "#000";
    pen.font = "16px sans-serif";
    pen.fillText(`${signing.dataset.receipt} ${number} ${signing.elements.receiver.value} ${new Date().toLocaleDateString()}`, 8, canvas.height - 10);
    signing.elements.signature.value = canvas.toDataURL("image/png");
  });
  blank();
  drawing.hidden = false;
}
