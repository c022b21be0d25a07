using MGLMM.Hub;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Samples.VisionAgent;

/// <summary>Exit codes, and how exceptions become a code and one line on standard error.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    public const int Failed = 1;

    public const int BadInput = 2;

    public static async Task<int> GuardAsync(Func<Task> body)
    {
        try
        {
            await body().ConfigureAwait(false);
            return Ok;
        }
        catch (OperationCanceledException)
        {
            return Report(Failed, "Cancelled.");
        }
        catch (Exception exception) when (exception is InputException or HubException or BundleException or ImageFormatException or DirectoryNotFoundException)
        {
            return Report(BadInput, exception.Message);
        }
        catch (ToolFailedException exception)
        {
            return Report(exception.IsInput ? BadInput : Failed, exception.Message);
        }
        catch (Exception exception)
        {
            return Report(Failed, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    public static int Report(int code, string message)
    {
        Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" "));
        return code;
    }
}
