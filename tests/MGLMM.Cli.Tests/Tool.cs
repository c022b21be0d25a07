using System.Diagnostics;
using System.Globalization;

namespace MGLMM.Cli.Tests;

/// <summary>Runs the tool: in this process, which starts in a moment; where variables, signals or the process itself matter, the built one in a process of its own as a user does.</summary>
internal static class Tool
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "mglmm.dll");

    /// <summary>Runs a command line in this process, with what it says caught.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        CaughtOutput caught = CaughtOutput.Begin();
        int exit = await ToolCommands.RunAsync(arguments);
        return (exit, caught.Output, caught.Error);
    }

    /// <summary>Runs it in a process of its own and with variables of its own; a chat model that the machine names is none of a test's.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(IReadOnlyList<(string Name, string Value)> variables, params string[] arguments)
    {
        using Process process = Start(variables, arguments);
        return await EndAsync(process);
    }

    /// <summary>Runs it and asks it to end, as Ctrl+C does, once something has come to pass.</summary>
    /// <param name="until">When to ask.</param>
    /// <param name="variables">Variables of its own.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<(int ExitCode, string Output, string Error)> CancelAsync(Task until, IReadOnlyList<(string Name, string Value)> variables, params string[] arguments)
    {
        using Process process = Start(variables, arguments);
        Task<(int ExitCode, string Output, string Error)> end = EndAsync(process);

        // A tool that ends before has failed: its own words say why.
        if (await Task.WhenAny(until, end) == until)
        {
            // The shell's own kill: there is no call of .NET's for it.
            using Process kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {process.Id}")]);
            await kill.WaitForExitAsync();
            Assert.Equal(0, kill.ExitCode);
        }

        return await end;
    }

    /// <summary>Starts it, for <see cref="EndAsync"/>.</summary>
    public static Process Start(IReadOnlyList<(string Name, string Value)> variables, string[] arguments)
    {
        ProcessStartInfo information = new("dotnet", [Assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        information.Environment["DOTNET_TieredPGO"] = "0";
        foreach (string name in (string[])["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"])
        {
            information.Environment.Remove(name);
        }

        foreach ((string name, string value) in variables)
        {
            information.Environment[name] = value;
        }

        Process process = Process.Start(information)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>What it said, once it has ended.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> EndAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
