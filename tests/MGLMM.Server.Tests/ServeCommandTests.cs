using System.Diagnostics;

namespace MGLMM.Server.Tests;

/// <summary><c>mglmm serve</c> as it is typed: what is wrong is one line, and nothing listens.</summary>
public sealed class ServeCommandTests
{
    [Theory]
    [InlineData(null, null, "until nobody has used them for 24 h, 32 of one owner, 256 and 1 GiB in all")]
    [InlineData("Mglmm__ConversationIdleTime", "00:30:00", "until nobody has used them for 30 min, 32 of one owner, 256 and 1 GiB in all")]
    [InlineData("Mglmm__MaximumConversationBytes", "536870912", "256 and 0.5 GiB in all")]
    [InlineData("Mglmm__Server__DataFolder", "{folder}", "Conversations are kept in {folder}")]
    public async Task The_first_lines_say_how_long_conversations_last(string? name, string? value, string told)
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-serve-").FullName;
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "mglmm.dll"), "serve", "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        if (name is not null)
        {
            start.Environment[name] = value!.Replace("{folder}", folder, StringComparison.Ordinal);
        }

        using Process process = Process.Start(start)!;
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync();
            while (line?.StartsWith("Listening on", StringComparison.Ordinal) == true)
            {
                line = await process.StandardOutput.ReadLineAsync();
            }

            Assert.Contains(told.Replace("{folder}", folder, StringComparison.Ordinal), line, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Help_says_how_long_conversations_last()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mglmm.dll"), "serve", "--help"]) { RedirectStandardOutput = true })!;
        string help = string.Join(' ', (await process.StandardOutput.ReadToEndAsync()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        await process.WaitForExitAsync();
        Assert.Contains("24 h", help, StringComparison.Ordinal);
        Assert.Contains("Mglmm__ConversationIdleTime", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("worker")]
    public async Task Help_shows_no_password_of_the_environment(string command)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "mglmm.dll"), command, "--help"]) { RedirectStandardOutput = true };
        start.Environment["MGLMM_CLUSTER"] = "redis://:correct-horse@10.0.0.5:6379";
        using Process process = Process.Start(start)!;
        string help = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains("--cluster", help, StringComparison.Ordinal);
        Assert.DoesNotContain("correct-horse", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data and --cluster", "--data", ".", "MGLMM_CLUSTER=redis://127.0.0.1:1")]
    [InlineData("--data and --cluster", "--cluster", "redis://127.0.0.1:1", "Mglmm__Server__DataFolder=.")]
    [InlineData("--conversation-age", "--cluster", "redis://127.0.0.1:1", "Mglmm__Conversations__MaximumAge=7.00:00:00")]
    [InlineData("MaximumPerOwner is 0", "--cluster", "redis://127.0.0.1:1", "Mglmm__Conversations__MaximumPerOwner=0")]
    [InlineData("--api-key-file", "--urls", "http://0.0.0.0:5080")]
    [InlineData("--api-key-file", "--urls", "http://127.0.0.1:5080;http://*:5081")]
    [InlineData("nowhere", "--model", "nowhere")]
    [InlineData("nowhere", "--allow-folder", "nowhere")]
    [InlineData("nowhere", "--api-key-file", "nowhere")]
    [InlineData("ftp://x", "--urls", "ftp://x")]
    [InlineData("--colour", "--colour", "red")]
    [InlineData("Mglmm:Server:MaximumConcurrentRequests", "--urls", "http://127.0.0.1:0", "Mglmm__Server__MaximumConcurrentRequests=0")]
    [InlineData("ftp://x", "--data", ".", "Mglmm__Server__Urls__0=ftp://x")]
    [InlineData("Mglmm:BundlePath is 'nowhere'", "--urls", "http://127.0.0.1:0", "Mglmm__BundlePath=nowhere")]
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
