/** Calm and dense: one accent, 13/20 px text, square-ish corners. Mantine's components take it from here. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Ink blue; index 7 on white and 4 on dark have a contrast of 4.5 and more. */
const ink: MantineColorsTuple = [
  '#e8f3f8', '#cfe4ee', '#a3cbdf', '#74b0cf', '#5aa5cb', '#3389b4', '#17739f', '#0b628d', '#084f73', '#053c58',
]; // prettier-ignore

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  colors: { ink },
  autoContrast: true,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', Consolas, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '22px', xl: '26px' },
  defaultRadius: 4,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'sm' } } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Radio: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 320 } },
    // Its head is no banner of the page.
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 0 },
        attributes: { header: { role: 'presentation' } },
      },
    },
    Menu: { defaultProps: { shadow: 'sm', transitionProps: { duration: 0 } } },
    Popover: { defaultProps: { shadow: 'sm', transitionProps: { duration: 0 } } },
  },
});
