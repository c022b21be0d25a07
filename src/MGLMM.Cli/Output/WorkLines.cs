namespace MGLMM.Cli.Output;

/// <summary>Says what a long piece of work does, a line for each stage and for each further tenth of it. Thread-safe.</summary>
internal sealed class WorkLines(TextWriter output) : IProgress<WorkProgress>
{
    private const int Steps = 10;

    private readonly Lock _sync = new();
    private (string Work, int Step) _last;

    public void Report(WorkProgress value)
    {
        lock (_sync)
        {
            (string Work, int Step) now = (value.Work, (int)((value.Fraction ?? 0) * Steps));
            if (now != _last)
            {
                _last = now;
                output.WriteLine($"{value}");
            }
        }
    }
}
