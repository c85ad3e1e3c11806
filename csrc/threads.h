/* Threads, mutexes and condition variables of this operating system, in the few forms that team.c needs. */
#ifndef PYNN_THREADS_H
#define PYNN_THREADS_H

/* Bytes of a worker's stack: products keep blocks of 512 KiB there, and some systems give a thread less. */
#define PN_STACK ((size_t)2 << 20)

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

typedef HANDLE pn_thread;
typedef SRWLOCK pn_mutex;
typedef CONDITION_VARIABLE pn_condition;
#define PN_MUTEX_INIT SRWLOCK_INIT
#define PN_CONDITION_INIT CONDITION_VARIABLE_INIT
#define PN_THREAD_RESULT DWORD WINAPI
#define PN_THREAD_END 0

static inline int pn_thread_start(pn_thread *thread, DWORD(WINAPI *body)(void *), void *argument)
{
    *thread = CreateThread(NULL, PN_STACK, body, argument, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    return *thread != NULL;
}
static inline void pn_thread_join(pn_thread thread)
{
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}
static inline void pn_lock(pn_mutex *m)
{
    AcquireSRWLockExclusive(m);
}
static inline void pn_unlock(pn_mutex *m)
{
    ReleaseSRWLockExclusive(m);
}
static inline void pn_wait(pn_condition *c, pn_mutex *m)
{
    SleepConditionVariableSRW(c, m, INFINITE, 0);
}
static inline void pn_wake_all(pn_condition *c)
{
    WakeAllConditionVariable(c);
}
static inline void pn_yield(void)
{
    SwitchToThread();
}

#else

#include <pthread.h>
#include <sched.h>

typedef pthread_t pn_thread;
typedef pthread_mutex_t pn_mutex;
typedef pthread_cond_t pn_condition;
#define PN_MUTEX_INIT PTHREAD_MUTEX_INITIALIZER
#define PN_CONDITION_INIT PTHREAD_COND_INITIALIZER
#define PN_THREAD_RESULT void *
#define PN_THREAD_END NULL

static inline int pn_thread_start(pn_thread *thread, void *(*body)(void *), void *argument)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return 0;
    const int started = pthread_attr_setstacksize(&attributes, PN_STACK) == 0 &&
                        pthread_create(thread, &attributes, body, argument) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}
static inline void pn_thread_join(pn_thread thread)
{
    pthread_join(thread, NULL);
}
static inline void pn_lock(pn_mutex *m)
{
    pthread_mutex_lock(m);
}
static inline void pn_unlock(pn_mutex *m)
{
    pthread_mutex_unlock(m);
}
static inline void pn_wait(pn_condition *c, pn_mutex *m)
{
    pthread_cond_wait(c, m);
}
static inline void pn_wake_all(pn_condition *c)
{
    pthread_cond_broadcast(c);
}
static inline void pn_yield(void)
{
    sched_yield();
}

#endif

/* Tells the core that this is a spin: frees the other hyper-thread. */
static inline void pn_relax(void)
{
#if defined(__x86_64__) || defined(_M_X64)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
