/* A disk that takes its time: preloaded into a program, every write that is waited for takes MICROSECONDS more. Virtual
   disks answer from somebody's memory, and tell nothing about what shares a commit and what does not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int file) {
    static const struct timespec more = {MICROSECONDS / 1000000, MICROSECONDS % 1000000 * 1000};
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&more, 0);
    return real(file);
}

int fsync(int file) {
    return slowly("fsync", file);
}

int fdatasync(int file) {
    return slowly("fdatasync", file);
}
