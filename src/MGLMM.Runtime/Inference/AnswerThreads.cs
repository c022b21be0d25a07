namespace MGLMM.Runtime.Inference;

/// <summary>
/// Threads for answers. Making one blocks for as long as the device works or another has its turn, so it is no work for the thread pool: a handful of answers would take its
/// threads, and what else the process does, another's request above all, would wait for them to end. There are as many threads as there are answers under way, and each ends
/// when it had nothing to do for <see cref="Idle"/>. Thread-safe.
/// </summary>
internal sealed class AnswerThreads : TaskScheduler
{
    /// <summary>How long a thread waits for the next answer.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly Queue<Task> _tasks = new();
    private readonly SemaphoreSlim _queued = new(0);
    private int _idle;
    private int _threads;

    /// <summary>Those of the process: who may make an answer is decided by the queues before them.</summary>
    public static AnswerThreads Shared { get; } = new();

    /// <summary>How many there are at this moment.</summary>
    public int Count => Volatile.Read(ref _threads);

    /// <summary>Runs something that blocks. What awaits it goes on in the thread pool.</summary>
    /// <param name="function">What to run.</param>
    /// <param name="cancellationToken">Checked before it is begun.</param>
    public Task<T> RunAsync<T>(Func<T> function, CancellationToken cancellationToken) => Task.Factory.StartNew(
        function,
        cancellationToken,
        TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler | TaskCreationOptions.RunContinuationsAsynchronously,
        this);

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _tasks.Enqueue(task);
            if (_idle > 0)
            {
                _idle--;
                _queued.Release();
                return;
            }

            _threads++;
        }

        new Thread(Work) { IsBackground = true, Name = "MGLMM answer" }.Start();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
        {
            return [.. _tasks];
        }
    }

    private void Work()
    {
        while (true)
        {
            Task task;
            lock (_gate)
            {
                task = _tasks.Dequeue();
            }

            TryExecuteTask(task);
            lock (_gate)
            {
                _idle++;
            }

            if (_queued.Wait(Idle))
            {
                continue;
            }

            lock (_gate)
            {
                if (!_queued.Wait(0))
                {
                    _idle--;
                    _threads--;
                    return;
                }
            }
        }
    }
}
