/** Injection token of the AttachmentStore. */
export const ATTACHMENT_STORE = Symbol('attachment store');
