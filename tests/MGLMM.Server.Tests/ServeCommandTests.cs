using System.Diagnostics;

namespace MGLMM.Server.Tests;

/// <summary><c>mglmm serve</c> as it is typed: what is wrong is one line, and nothing listens.</summary>
public sealed class ServeCommandTests
{
    [Theory]
    [InlineData("--api-key-file", "--urls", "http://0.0.0.0:5080")]
    [InlineData("--api-key-file", "--urls", "http://127.0.0.1:5080;http://*:5081")]
    [InlineData("nowhere", "--model", "nowhere")]
    [InlineData("nowhere", "--allow-folder", "nowhere")]
    [InlineData("nowhere", "--api-key-file", "nowhere")]
    [InlineData("ftp://x", "--urls", "ftp://x")]
    [InlineData("--colour", "--colour", "red")]
    [InlineData("Mglmm:Server:MaximumConcurrentRequests", "--urls", "http://127.0.0.1:0", "Mglmm__Server__MaximumConcurrentRequests=0")]
    [InlineData("Kestrel:Endpoints", "--urls", "http://127.0.0.1:0", "Kestrel__Endpoints__Http__Url=http://0.0.0.0:5999")]
    public async Task Bad_arguments_are_one_line(string part, string option, string value, string? variable = null)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "mglmm.dll"), "serve", option, value])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable?.Split('=') is [var name, var set])
        {
            start.Environment[name] = set;
        }

        using Process process = Process.Start(start)!;
        (Task<string> output, Task<string> error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal((2, string.Empty), (process.ExitCode, await output));
        Assert.StartsWith("error: ", await error, StringComparison.Ordinal);
        Assert.Contains(part, await error, StringComparison.Ordinal);
        Assert.Equal(1, (await error).Count(character => character == '\n'));
    }
}
