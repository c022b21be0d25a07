using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MGLMM.Samples.Cluster;

/// <summary>A process of the cluster. Its lines come out under its name; it goes when this is disposed.</summary>
internal sealed class Member : IAsyncDisposable
{
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Member(string name, ProcessStartInfo start, string sign, bool quiet)
    {
        Name = name;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data, sign, quiet);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data, sign, quiet);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{name} ended before it was ready."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public bool HasEnded => _process.HasExited;

    /// <summary>Bytes of memory that it holds at the moment; 0 once it has ended.</summary>
    public long MemoryBytes
    {
        get
        {
            if (_process.HasExited)
            {
                return 0;
            }

            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a program and waits until it prints a sign that it is ready.</summary>
    public static async Task<Member> StartAsync(string name, string program, IEnumerable<string> arguments, string sign, bool quiet, CancellationToken cancellationToken)
    {
        Member member = new(name, new ProcessStartInfo(program, arguments), sign, quiet);
        try
        {
            await member._ready.Task.WaitAsync(TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false);
            return member;
        }
        catch
        {
            await member.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts the tool of this repository, through another program where one is named.</summary>
    public static Task<Member> StartToolAsync(
        string name, IEnumerable<string> arguments, string sign, bool quiet, CancellationToken cancellationToken, IReadOnlyList<string>? prefix = null)
    {
        string[] line = [.. prefix ?? [], Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "mglmm.exe" : "mglmm"), .. arguments];
        return StartAsync(name, line[0], line[1..], sign, quiet, cancellationToken);
    }

    /// <summary>Ends the process at once, as a crash would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows() || Signal(_process.Id, Terminate) != 0)
            {
                _process.Kill();
            }

            using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
            try
            {
                await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private void Hear(string? line, string sign, bool quiet)
    {
        if (line is null)
        {
            return;
        }

        if (line.Contains(sign, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }

        if (!quiet)
        {
            Console.WriteLine($"{Name,-9} {line}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
