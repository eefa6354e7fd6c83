// Shows how far an upload is and keeps the page when the connection breaks. Without this script the form sends itself.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const area = form.querySelector("[data-progress]");
  const words = area.querySelector("p");
  const bar = area.querySelector("progress");

  const failed = () => {
    words.textContent = form.dataset.lost;
    bar.hidden = true;
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  };

  form.addEventListener("submit", (event) => {
    const chosen = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length > 0);
    if (!chosen || event.submitter?.name) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const percent = Math.round((step.loaded / step.total) * 100);
      bar.value = percent;
      words.textContent = `${form.dataset.upload} ${percent} %`;
    });
    request.addEventListener("load", () => {
      if (request.responseURL && request.responseURL !== location.href && request.status === 200) {
        location.assign(request.responseURL);
        return;
      }
      document.open();
      document.write(request.responseText);
      document.close();
    });
    for (const kind of ["error", "abort", "timeout"]) request.addEventListener(kind, failed);
    area.hidden = false;
    bar.hidden = false;
    words.textContent = form.dataset.upload;
    const body = new FormData(form);
    form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    request.send(body);
  });
}
