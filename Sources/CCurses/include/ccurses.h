// ncursesw for Swift: the globals, macros and wide-character calls that the importer refuses, and the few functions
// that run inside signal handlers and therefore must not be Swift.
#ifndef CCURSES_H
#define CCURSES_H

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <ncurses.h>
#include <stddef.h>
#include <stdint.h>

// Attributes of `ccurses_set_cell`, independent of the library's bit layout.
#define CCURSES_BOLD 1
#define CCURSES_DIM 2
#define CCURSES_UNDERLINE 4
#define CCURSES_REVERSE 8
#define CCURSES_ITALIC 16

// Starts curses for terminal type `type`, writing into `out_fd` (any file) and naming `in_fd` as its input, which is
// never read. Both descriptors stay the caller's. NULL: unknown type or no memory.
SCREEN *ccurses_start(const char *type, int out_fd, int in_fd);
// Whether a terminal type has a description at all; tells the reasons of a NULL above apart.
int ccurses_is_known(const char *type, int fd);
// Frees the screen; writes nothing.
void ccurses_stop(SCREEN *screen);

static inline WINDOW *ccurses_window(void) { return stdscr; }
static inline int ccurses_colors(void) { return COLORS; }
static inline int ccurses_color_pairs(void) { return COLOR_PAIRS; }
static inline void ccurses_repaint_all(void) { clearok(curscr, TRUE); }

// Fills in one cell; `pair` may be above 255.
static inline void ccurses_set_cell(cchar_t *cell, uint32_t scalar, unsigned attributes, int pair) {
    attr_t look = A_NORMAL;
    if (attributes & CCURSES_BOLD) look |= A_BOLD;
    if (attributes & CCURSES_DIM) look |= A_DIM;
    if (attributes & CCURSES_UNDERLINE) look |= A_UNDERLINE;
    if (attributes & CCURSES_REVERSE) look |= A_REVERSE;
    if (attributes & CCURSES_ITALIC) look |= A_ITALIC;
    wchar_t text[2] = {(wchar_t)scalar, 0};
    setcchar(cell, text, look, (short)(pair > 255 ? 255 : pair), pair > 255 ? (void *)&pair : NULL);
}

// Puts `count` cells into the window at a place, without wrapping.
static inline int ccurses_put(int row, int column, const cchar_t *cells, int count) {
    return mvwadd_wchnstr(stdscr, row, column, cells, count);
}

// A string capability of the terminal, NULL when it has none.
const char *ccurses_capability(const char *name);
// A number capability, -1 when it has none.
int ccurses_number(const char *name);
// The sequence that moves the cursor, written into `buffer`; its length, 0 when it does not fit or is not known.
size_t ccurses_cursor_sequence(int row, int column, char *buffer, size_t capacity);

// A file in memory; -1 and errno on failure.
int ccurses_memory_file(void);
// Columns and rows of a terminal; 0, or -1 and errno.
int ccurses_window_size(int fd, int *columns, int *rows);
// Columns the C library gives a scalar; -1 when it cannot show it.
int ccurses_scalar_width(uint32_t scalar);

// Saves the terminal's modes, to be put back by `ccurses_restore`; 0, or -1 and errno.
int ccurses_save_modes(int fd);
// Switches to raw input: no echo, no line editing, no flow control, no output processing; ctrl-c and ctrl-z stay
// signals, ctrl-\ becomes a key. 0, or -1 and errno.
int ccurses_raw_modes(int fd);
// Stores the bytes that bring the screen back (at most 512; more are refused: -1), and arms `ccurses_restore`.
int ccurses_arm_restore(int fd, const uint8_t *bytes, size_t count);
// Arms it again with the bytes stored before.
void ccurses_rearm(void);
// Forgets the terminal: nothing is written any more.
void ccurses_disarm(void);
// Writes the stored bytes and puts the saved modes back, once; async-signal-safe, also called at exit. It waits at most
// half a second for a terminal that takes nothing, and not at all after a HUP.
void ccurses_restore(void);

// Installs handlers for WINCH, TSTP, CONT, INT, TERM and HUP that write the signal's number as one byte to `fd`, for
// ILL, TRAP, ABRT, BUS, FPE and SEGV that restore the terminal and let the signal end the process by default; ignores
// PIPE, and unblocks all of them in the calling thread. A third INT or TERM that nobody has answered restores the
// terminal and ends the process. 0, or -1 and errno.
int ccurses_install_signals(int fd);
// Tells the handlers that the INT or TERM before was seen.
void ccurses_signals_answered(void);
// Puts the former handlers back. After a HUP it stays ignored: a closed window sends more while the owner saves.
void ccurses_remove_signals(void);
// Stops the process as the default action of TSTP does; returns when it is continued.
void ccurses_stop_process(void);

#endif
