/* Passkeys: the only part of the sign-in that a browser cannot do with a form alone. A form says by
   data-passkey what is to be done: "add" a passkey, "ask" for one after the password, or "sign-in" with
   one. The answer is sent as the form's field "credential". */
"use strict";

(() => {
  const can =
    window.PublicKeyCredential?.parseRequestOptionsFromJSON &&
    window.PublicKeyCredential.parseCreationOptionsFromJSON;

  async function optionsOf(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new DOMException("The server gave no options.", "OperationError");
    return (await response.json()).request_options;
  }

  async function credentialFor(form) {
    const { publicKey } = await optionsOf(form);
    if (form.dataset.passkey === "add") {
      return navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
      });
    }
    return navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
    });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!can) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await credentialFor(form));
        form.submit();
      } catch (error) {
        if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
        failed.hidden = false; // given up, timed out, or no such passkey here
      }
    });
  }
})();
