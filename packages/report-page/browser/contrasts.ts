/**
 * Runs in a page: the contrast of each text that is seen with what is behind it, as the WCAG have it, 1 to 21. Of what lies behind, colours that cannot
 * be seen through count, and pictures of a gradient by their first colour.
 */
export function contrasts(): { text: string; contrast: number }[] {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const behind = (element: Element | null): string[] => {
    if (element === null) return ['white'];
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    const gradient = /(?:rgb|oklch|color|oklab)\([^()]*\)/.exec(backgroundImage)?.[0];
    return [...behind(element.parentElement), backgroundColor, ...(gradient === undefined ? [] : [gradient])];
  };
  /** Of colours that lie on each other. */
  const luminance = (colours: readonly string[]) => {
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const isSeen = (element: Element) =>
    element.checkVisibility() && element.getClientRects().length > 0 && element.closest('.heard, .skip') === null;
  return [...document.querySelectorAll('body *')]
    .filter(
      (element) =>
        isSeen(element) && [...element.childNodes].some((it) => it.nodeType === 3 && it.textContent!.trim() !== ''),
    )
    .map((element) => {
      const back = behind(element);
      const [low, high] = [luminance(back), luminance([...back, getComputedStyle(element).color])].sort(
        (a, b) => a - b,
      );
      return { text: `${element.className} ${element.textContent}`, contrast: (high! + 0.05) / (low! + 0.05) };
    });
}
