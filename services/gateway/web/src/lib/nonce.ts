/** The nonce the gateway wrote into the page: styles made while running carry it. */
export const styleNonce: string | undefined = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content || undefined;
