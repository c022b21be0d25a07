namespace MGLMM.Simulation.Machines;

/// <summary>
/// One device. It takes questions in the order of their coming, up to a number at once: their steps of decoding are done together, while encoders, prefill and masks
/// run one at a time and let decoding wait. With one at once it is a plain queue with one server.
/// </summary>
/// <param name="events">The course of things.</param>
/// <param name="atOnce">Answers that are decoded together at most.</param>
/// <param name="step">Seconds of a step over so many answers.</param>
internal sealed class Device(EventQueue events, int atOnce, Func<int, double> step)
{
    private readonly Queue<Job> _waiting = new();
    private readonly Queue<(double Seconds, Action Then)> _alone = new();
    private readonly PriorityQueue<Job, double> _decoding = new();
    private int _taken;
    private bool _isAlone;
    private double _steps;
    private double _since;
    private long _plan;
    private double _busySince;

    /// <summary>Questions that are answered or that wait.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Seconds in which it did anything.</summary>
    public double BusySeconds { get; private set; }

    public void Take(Job job)
    {
        if (UnderWay++ == 0)
        {
            _busySince = events.Now;
        }

        _waiting.Enqueue(job);
        Admit();
    }

    /// <summary>Counts the busy time up to now.</summary>
    public void Settle()
    {
        if (UnderWay > 0)
        {
            BusySeconds += events.Now - _busySince;
            _busySince = events.Now;
        }
    }

    private void Admit()
    {
        while (_taken < atOnce && _waiting.TryDequeue(out Job? job))
        {
            _taken++;
            Alone(job.Before, () => Decode(job));
        }
    }

    /// <summary>Work that has the device for itself.</summary>
    private void Alone(Func<double> seconds, Action then)
    {
        // What is kept is looked up now: of two questions about one picture, the second finds what the first computes before it.
        _alone.Enqueue((seconds(), then));
        NextAlone();
    }

    private void NextAlone()
    {
        if (_isAlone || !_alone.TryDequeue(out (double Seconds, Action Then) work))
        {
            return;
        }

        if (work.Seconds <= 0)
        {
            work.Then();
            NextAlone();
            return;
        }

        Advance();
        _isAlone = true;
        _plan++;
        events.After(work.Seconds, () =>
        {
            Advance();
            _isAlone = false;
            work.Then();
            NextAlone();
            Plan();
        });
    }

    private void Decode(Job job)
    {
        Advance();
        _decoding.Enqueue(job, _steps + job.Tokens);
        Plan();
    }

    /// <summary>Counts the steps since the last change.</summary>
    private void Advance()
    {
        if (!_isAlone && _decoding.Count > 0)
        {
            _steps += (events.Now - _since) / step(_decoding.Count);
        }

        _since = events.Now;
    }

    /// <summary>Plans the end of whichever answer ends next.</summary>
    private void Plan()
    {
        long plan = ++_plan;
        if (_isAlone || !_decoding.TryPeek(out _, out double ends))
        {
            return;
        }

        events.After(Math.Max(0, ends - _steps) * step(_decoding.Count), () =>
        {
            if (plan != _plan)
            {
                return;
            }

            Advance();
            _steps = ends;
            Job job = _decoding.Dequeue();
            Alone(job.Behind, () => End(job));
            Plan();
        });
    }

    private void End(Job job)
    {
        _taken--;
        if (--UnderWay == 0)
        {
            BusySeconds += events.Now - _busySince;
        }

        job.Done();
        Admit();
    }
}
