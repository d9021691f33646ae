"""Where everything lies in the records that native code and Python share.

All records are arrays of 64-bit words. Native code takes the numbers below as constants, so a change here
makes another native object (the sources of both are part of its cache key).
"""

from __future__ import annotations

WORD = 8  # bytes
LINE = 16  # words: two cache lines, because processors fetch them in pairs

# Control block of a pool: one writer a line.
EPOCH = 0  # number of jobs started; workers spin on it
JOB_FUNCTION = 1  # address of ``void job(control, argument, thread, threads)``; 0 tells workers to end
JOB_ARGUMENT = 2
POOL_THREADS = 3
UNFINISHED = 4  # 1 between ANSWER_WAKE and ``finish``
ARRIVED = LINE  # threads waiting at the barrier
GENERATION = 2 * LINE  # number of barriers passed
HALTED = 2 * LINE + 1  # what the last barrier found: not 0 when the plan must stop
YIELD_FUNCTION = 3 * LINE  # address of sched_yield, or 0
PAUSES = 3 * LINE + 1  # how often a waiting thread pauses before it starts to yield
PATIENCE = 3 * LINE + 2  # how often an idle worker pauses or yields before it goes to sleep
NAP_FUNCTION = 3 * LINE + 3  # address of a function that sleeps for a short while, or 0
NAP = 3 * LINE + 4  # its argument
NAP_AFTER = 3 * LINE + 5  # how often a thread that waits for others pauses or yields before it naps
FIRST_WORKER = 4 * LINE  # one line for each worker; thread t has line t
DONE = 0  # last epoch this worker finished
PARKED = 1  # 1 while the worker sleeps, or is about to

# One launch of a plan.
LAUNCH_KERNEL = 0  # address of ``void kernel(window, thread, threads)``
LAUNCH_WINDOW = 1  # address of the first slot of its window of the table
LAUNCH_FLAGS = 2
LAUNCH_INDEX = 3  # index in Program.launches
LAUNCH_WORDS = 4
FLAG_PARALLEL = 1  # every thread takes part; otherwise thread 0 alone, as one of one
FLAG_BARRIER = 2  # all threads meet first
FLAG_CHECK = 4  # may set the status; what follows is skipped then

# Counters of a launch whose tasks are dealt out while it runs: a line for each thread. Their address is the last word
# of the launch's window; 0 there means that each thread keeps to its own tasks.
TASKS_FUNCTION = 0  # first line only: address of next_task
TASKS_RUNS = 1  # runs of the launch that this thread has finished
TASKS_BEGUN = 2  # tasks of this thread that somebody has begun; runs use this word and the next one in turn

# One binding of a program to dimensions: everything a step needs.
STEP_PLAN = 0  # address of launch records
STEP_LAUNCHES = 1
STEP_THREADS = 2  # 1 when no launch is parallel
STEP_STATUS = 3  # address of the status block
STEP_CONTROL = 4  # address of the pool's control block; 0 when STEP_THREADS is 1
STEP_BODY = 5  # address of step_body
STEP_INPUTS = 6  # address of input records
STEP_INPUT_COUNT = 7
STEP_OBJECT_HEAD = 8  # bytes of a Python object's header
STEP_TUPLE_HEAD = 9  # bytes before the items of a tuple
STEP_WORDS = 10

# One input of a step.
INPUT_CLASS = 0  # address of numpy.ndarray
INPUT_DTYPE = 1  # address of the dtype object
INPUT_RANK = 2
INPUT_SHAPE = 3  # address of the dimensions
INPUT_SLOTS = 4  # address of a list of addresses of table slots that hold this input's address
INPUT_SLOT_COUNT = 5
INPUT_SOURCE = 6  # address given to the kernels: the caller's data, or rows gathered by an epoch
INPUT_WORDS = 7

# An epoch.
EPOCH_MAIN = 0  # step record of a full batch
EPOCH_TAIL = 1  # step record of the last, smaller batch, or 0
EPOCH_STEPS = 2
EPOCH_BATCH = 3  # rows in a full batch
EPOCH_TAIL_ROWS = 4
EPOCH_ORDER = 5  # address of the permutation of rows (int64), or 0
EPOCH_PROGRESS = 6  # address of the number of finished steps
EPOCH_STOP = 7  # address of a word; not 0 asks to stop after the current step
EPOCH_FEEDS = 8  # address of feed records, one for each input
EPOCH_OUTPUTS = 9  # address of output records
EPOCH_OUTPUT_COUNT = 10
EPOCH_ECHO = 11  # 1 when some output is the memory that an input's rows are gathered into
EPOCH_WORDS = 12

FEED_BASE = 0  # address of row 0
FEED_ROW_BYTES = 1  # 0 for an input that is the same in each step
FEED_STAGING = 2  # address of memory for the rows of one batch; 0 where they are used as they lie
FEED_WORDS = 3

OUTPUT_MAIN = 0  # where a full step leaves it
OUTPUT_TAIL = 1  # where the last, smaller step leaves it
OUTPUT_TARGET = 2  # address of step 0's place in the result
OUTPUT_MAIN_BYTES = 3
OUTPUT_TAIL_BYTES = 4
OUTPUT_INPUT = 5  # 1 + index of the input it is, or 0
OUTPUT_WORDS = 6

# Answers of ``enter``.
ANSWER_OK = 0
ANSWER_MISMATCH = -1  # the arguments are not exactly what the binding expects: take the careful path
ANSWER_WAKE = -2  # a worker sleeps: wake it, then call ``finish``

ARRAY_FLAGS = 0x1 | 0x100  # NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED
