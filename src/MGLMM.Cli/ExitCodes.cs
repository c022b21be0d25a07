using MGLMM.Conversion;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Hub;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Cli;

/// <summary>Exit codes of the tool, and how exceptions become a code and one line on standard error.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    public const int Failed = 1;

    public const int BadInput = 2;

    /// <summary>Runs a command's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="whenCancelled">What is said if it is cancelled.</param>
    public static async Task<int> Guard(Func<Task> body, string whenCancelled = "Cancelled; nothing was left behind.")
    {
        try
        {
            await body().ConfigureAwait(false);
            return Ok;
        }
        catch (OperationCanceledException)
        {
            return Report(Failed, whenCancelled);
        }
        catch (HubException exception)
        {
            // What a connection or a disk did may be different in a moment; the rest is for whoever wrote the command.
            return Report(
                exception.Problem is HubProblem.RateLimited or HubProblem.Unreachable or HubProblem.Damaged or HubProblem.NoSpace or HubProblem.Busy ? Failed : BadInput, exception.Message);
        }
        catch (Exception exception) when (
            exception is ConversionException or CheckpointFormatException or BundleException or ImageFormatException or ArgumentException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            return Report(BadInput, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or EngineBusyException or NotSupportedException)
        {
            return Report(Failed, exception.Message);
        }
        catch (Exception exception)
        {
            // Native libraries and the machine itself can fail in ways of their own; a person still gets one line.
            return Report(Failed, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>Writes one line to standard error and returns the code.</summary>
    public static int Report(int code, string message)
    {
        Console.Error.WriteLine("error: " + Harmless(message));
        return code;
    }

    /// <summary>Words on one line without control characters: they may quote names out of a hostile file, and none of them is to steer the terminal.</summary>
    public static string Harmless(string message) => string.Concat(message.ReplaceLineEndings(" ").Select(character => char.IsControl(character) ? '?' : character));
}
