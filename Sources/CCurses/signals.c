#define _GNU_SOURCE
#include "ccurses.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// All state below is written by the thread that owns the terminal while `armed` is 0 or before handlers are installed,
// and only read by handlers.
static volatile sig_atomic_t armed;
static int restore_fd = -1;
static uint8_t restore_bytes[512];
static size_t restore_count;
static struct termios saved_modes;
static volatile sig_atomic_t has_saved_modes;

static volatile sig_atomic_t pipe_fd = -1;
static volatile sig_atomic_t unanswered;
static volatile sig_atomic_t has_hung_up;

static const int notified[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP};
// The last three end a process by default too, and nothing here wants them for anything else.
static const int fatal[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT, SIGUSR1, SIGUSR2};
enum { NOTIFIED = sizeof notified / sizeof *notified, FATAL = sizeof fatal / sizeof *fatal };
static struct sigaction former_notified[NOTIFIED], former_fatal[FATAL], former_pipe;
static int installed;
static uint8_t handler_stack[64 * 1024];
static stack_t former_stack;

int ccurses_save_modes(int fd) {
    if (tcgetattr(fd, &saved_modes) != 0) return -1;
    has_saved_modes = 1;
    return 0;
}

int ccurses_raw_modes(int fd) {
    struct termios modes;
    if (!has_saved_modes) {
        errno = EINVAL;
        return -1;
    }
    modes = saved_modes;
    modes.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON);
    modes.c_oflag &= ~(tcflag_t)OPOST;
    modes.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
    modes.c_lflag |= ISIG;
    modes.c_cc[VQUIT] = _POSIX_VDISABLE;
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    int result;
    // At once: waiting for output to drain would hang on a terminal stopped with ctrl-s.
    do {
        result = tcsetattr(fd, TCSANOW, &modes);
    } while (result != 0 && errno == EINTR);
    return result;
}

int ccurses_arm_restore(int fd, const uint8_t *bytes, size_t count) {
    static int registered;
    if (count > sizeof restore_bytes) return -1;
    armed = 0;
    memcpy(restore_bytes, bytes, count);
    restore_count = count;
    restore_fd = fd;
    if (!registered) {
        registered = 1;
        atexit(ccurses_restore);
    }
    armed = 1;
    return 0;
}

void ccurses_rearm(void) { armed = restore_fd >= 0; }

void ccurses_disarm(void) {
    armed = 0;
    restore_fd = -1;
    has_saved_modes = 0;
}

void ccurses_restore(void) {
    if (!armed) return;
    armed = 0;
    int saved_errno = errno;
    size_t done = 0;
    // The descriptor does not block; a terminal that takes nothing for half a second is given up, one that hung up at
    // once: it is most likely gone, and whoever hangs up does not wait.
    for (int patience = has_hung_up ? 1 : 10; done < restore_count && patience > 0;) {
        ssize_t count = write(restore_fd, restore_bytes + done, restore_count - done);
        if (count > 0) {
            done += (size_t)count;
        } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            struct pollfd wait = {.fd = restore_fd, .events = POLLOUT};
            patience--;
            if (patience > 0) poll(&wait, 1, 50);
        } else {
            break;
        }
    }
    if (has_saved_modes) {
        // From the background, tcsetattr would stop the process right when it wants to leave.
        struct sigaction ignore, former;
        memset(&ignore, 0, sizeof ignore);
        ignore.sa_handler = SIG_IGN;
        sigaction(SIGTTOU, &ignore, &former);
        tcsetattr(restore_fd, TCSANOW, &saved_modes);
        sigaction(SIGTTOU, &former, NULL);
    }
    errno = saved_errno;
}

static void notify(int number) {
    int saved_errno = errno;
    if (number == SIGHUP) has_hung_up = 1;
    // HUP does not count: a closing window sends several at once, and saving takes longer than that.
    if (number == SIGINT || number == SIGTERM) {
        unanswered = unanswered + 1;
        if (unanswered >= 3) {
            ccurses_restore();
            _exit(128 + number);
        }
    }
    uint8_t byte = (uint8_t)number;
    ssize_t written = write(pipe_fd, &byte, 1);
    (void)written; // A full pipe already wakes the loop.
    errno = saved_errno;
}

static void crash(int number, siginfo_t *info, void *context) {
    (void)context;
    ccurses_restore();
    // Not the former handler: Swift's would ask questions on the terminal for half a minute.
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(number, &standard, NULL);
    // A fault raised by an instruction comes again when the handler returns, with its true address; anything else
    // (kill, abort, a breakpoint that would be stepped over) is raised once more and delivered on return.
    if (info->si_code <= 0 || number == SIGTRAP || number == SIGABRT) raise(number);
}

static void unblock_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < NOTIFIED; index++) sigaddset(&set, notified[index]);
    for (int index = 0; index < FATAL; index++) sigaddset(&set, fatal[index]);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int ccurses_install_signals(int fd) {
    pipe_fd = fd;
    unanswered = 0;
    unblock_signals();
    if (installed) return 0;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    if (has_hung_up) {
        // Ignored by `ccurses_remove_signals`, not by nohup.
        action.sa_handler = SIG_DFL;
        sigaction(SIGHUP, &action, NULL);
        has_hung_up = 0;
    }
    sigfillset(&action.sa_mask);
    for (int index = 0; index < FATAL; index++) sigdelset(&action.sa_mask, fatal[index]);
    action.sa_flags = SA_RESTART;
    action.sa_handler = notify;
    for (int index = 0; index < NOTIFIED; index++) {
        if (sigaction(notified[index], &action, &former_notified[index]) != 0) return -1;
        // nohup asks for HUP to stay ignored.
        if (notified[index] == SIGHUP && former_notified[index].sa_handler == SIG_IGN) {
            sigaction(SIGHUP, &former_notified[index], NULL);
        }
    }
    // A stack of its own lets the handler run after this thread's stack overflowed.
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    sigaltstack(&stack, &former_stack);
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    action.sa_sigaction = crash;
    for (int index = 0; index < FATAL; index++) {
        if (sigaction(fatal[index], &action, &former_fatal[index]) != 0) return -1;
    }
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, &former_pipe);
    installed = 1;
    return 0;
}

void ccurses_signals_answered(void) { unanswered = 0; }

void ccurses_remove_signals(void) {
    if (!installed) return;
    installed = 0;
    for (int index = 0; index < NOTIFIED; index++) sigaction(notified[index], &former_notified[index], NULL);
    if (has_hung_up) {
        struct sigaction ignore;
        memset(&ignore, 0, sizeof ignore);
        ignore.sa_handler = SIG_IGN;
        sigaction(SIGHUP, &ignore, NULL);
    }
    for (int index = 0; index < FATAL; index++) sigaction(fatal[index], &former_fatal[index], NULL);
    sigaction(SIGPIPE, &former_pipe, NULL);
    sigaltstack(&former_stack, NULL);
    pipe_fd = -1;
}

void ccurses_stop_process(void) {
    struct sigaction standard, handler;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &standard, &handler);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &handler, NULL);
}
