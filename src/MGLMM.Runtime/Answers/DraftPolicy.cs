namespace MGLMM.Runtime.Answers;

/// <summary>What runs of the decoder cost on this machine, learnt from the runs themselves. Shared by all requests of a model.</summary>
internal sealed class RunCosts
{
    /// <summary>How much a new measurement counts.</summary>
    private const double Weight = 0.1;

    /// <summary>A run that took longer was disturbed; it counts as this many times the usual.</summary>
    private const double Disturbed = 3;

    /// <summary>
    /// With every single-row run further rows seem a little cheaper, so that a bad first impression is checked again.
    /// </summary>
    private const double Forgetting = 0.998;

    /// <summary>A run of fewer rows says little about what each costs.</summary>
    private const int RowsOfPrompt = 32;

    private readonly Lock _sync = new();
    private double _single;
    private double? _extraRow;
    private double _promptRow;
    private double? _pinned;

    /// <summary>
    /// The cost of one more row in a run, in units of a run of one row. A large model spends a run on reading its weights, so
    /// further rows are nearly free; a small one lies in the cache and pays for each. Until a run of several rows has been measured it is what a row of a prompt
    /// cost, and 1 as long as nothing is known: then nothing is gained by guessing.
    /// </summary>
    public double ExtraRow
    {
        get
        {
            lock (_sync)
            {
                return _pinned ?? (_single > 0 && (_extraRow ?? (_promptRow > 0 ? _promptRow : null)) is { } row ? Math.Min(1, row / _single) : 1);
            }
        }
    }

    /// <summary>Tells how long a part of a prompt took: all its rows are further ones.</summary>
    public void AddPrompt(int rows, double time)
    {
        if (rows >= RowsOfPrompt)
        {
            lock (_sync)
            {
                double row = time / rows;
                _promptRow = _promptRow == 0 ? row : _promptRow + (Weight * (Math.Min(row, Disturbed * _promptRow) - _promptRow));
            }
        }
    }

    /// <summary>Tells how long a run took.</summary>
    public void Add(int rows, double time)
    {
        lock (_sync)
        {
            if (rows == 1)
            {
                _single = _single == 0 ? time : _single + (Weight * (Math.Min(time, Disturbed * _single) - _single));
                _extraRow *= Forgetting;
            }
            else if (_single > 0)
            {
                double extra = Math.Clamp((time - _single) / (rows - 1), 0, _single);
                _extraRow = _extraRow is { } known ? known + (Weight * (extra - known)) : extra;
            }
        }
    }

    /// <summary>Fixes the cost of a further row, for tests that must not depend on the machine.</summary>
    internal void Pin(double extraRow) => _pinned = extraRow;
}

/// <summary>
/// Decides how many guessed tokens are worth verifying: as many as give most tokens for the time, given how often guesses of
/// the kind were right and what further rows cost; none where a run that is shared with other answers gives more. Of one request; not thread-safe.
/// </summary>
internal sealed class DraftPolicy(RunCosts costs)
{
    private const double Weight = 0.25;

    /// <summary>What it costs to move a sequence's keys and values out of the shared buffers and in again, in runs.</summary>
    private const double Move = 0.5;

    /// <summary>Before anything is known, by the length of the match.</summary>
    private readonly double[] _right = [0, 0, 0.5, 0.7, 0.85];

    /// <summary>Tokens to guess behind a match of the given length; 0 for none.</summary>
    /// <param name="match">The length of the match.</param>
    /// <param name="maximum">Tokens to guess at most.</param>
    /// <param name="company">Answers that would share a run, this one among them: a token of each, where a guess has a run to itself.</param>
    /// <param name="moves">Whether the sequence would have to leave the shared buffers for it.</param>
    public int Length(int match, int maximum, int company = 1, bool moves = false)
    {
        double extra = costs.ExtraRow;
        double right = _right[Math.Min(match, _right.Length - 1)];
        (int best, double bestRate) = (0, company / (1 + ((company - 1) * extra)));
        double own = moves ? 1 + Move : 1;
        (double expected, double chance) = (1d, 1d);
        for (int length = 1; length <= maximum; length++)
        {
            chance *= right;
            expected += chance;
            double rate = expected / (own + (length * extra));
            if (rate > bestRate)
            {
                (best, bestRate) = (length, rate);
            }
        }

        return best;
    }

    /// <summary>Tells how many of the guessed tokens were right.</summary>
    public void Verified(int match, int guessed, int right)
    {
        ref double known = ref _right[Math.Min(match, _right.Length - 1)];

        // Tokens behind the first wrong one were never tested.
        int tested = Math.Min(guessed, right + 1);
        known += Weight * (((double)right / tested) - known);
    }
}
