#define _GNU_SOURCE
#include "ccurses.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

// Last: it defines macros named like ordinary variables.
#include <term.h>
#undef columns
#undef lines

// curses wants streams; these are closed with the screen. They own duplicates of the caller's descriptors.
static FILE *out_stream;
static FILE *in_stream;

static void close_streams(void) {
    if (out_stream) fclose(out_stream);
    if (in_stream) fclose(in_stream);
    out_stream = in_stream = NULL;
}

SCREEN *ccurses_start(const char *type, int out_fd, int in_fd) {
    int out_copy = dup(out_fd);
    int in_copy = dup(in_fd);
    out_stream = out_copy < 0 ? NULL : fdopen(out_copy, "w");
    in_stream = in_copy < 0 ? NULL : fdopen(in_copy, "r");
    if (!out_stream && out_copy >= 0) close(out_copy);
    if (!in_stream && in_copy >= 0) close(in_copy);
    if (!out_stream || !in_stream) {
        close_streams();
        return NULL;
    }
    // The size is asked of the terminal and set with resizeterm; LINES and COLUMNS of a parent shell are stale. Types
    // that name no size of their own (the Linux console) start only with the default that use_env brings.
    use_env(FALSE);
    SCREEN *screen = newterm(type, out_stream, in_stream);
    if (!screen) {
        use_env(TRUE);
        screen = newterm(type, out_stream, in_stream);
    }
    if (!screen) {
        close_streams();
        return NULL;
    }
    set_term(screen);
    typeahead(-1);
    nonl();
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    return screen;
}

int ccurses_is_known(const char *type, int fd) {
    int found = 0;
    if (setupterm(type, fd, &found) == OK && cur_term) {
        del_curterm(cur_term);
        return 1;
    }
    return 0;
}

void ccurses_stop(SCREEN *screen) {
    if (screen) delscreen(screen);
    close_streams();
}

const char *ccurses_capability(const char *name) {
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}

int ccurses_number(const char *name) { return tigetnum(name); }

size_t ccurses_cursor_sequence(int row, int column, char *buffer, size_t capacity) {
    const char *move = ccurses_capability("cup");
    const char *text = move ? tiparm(move, row, column) : NULL;
    size_t length = text ? strlen(text) : 0;
    if (length > capacity) return 0;
    if (length) memcpy(buffer, text, length);
    return length;
}

int ccurses_memory_file(void) { return memfd_create("frame", MFD_CLOEXEC); }

int ccurses_window_size(int fd, int *columns, int *rows) {
    struct winsize size = {0};
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int ccurses_scalar_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
