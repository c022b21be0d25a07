using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace MGLMM.Cli;

/// <summary>
/// Large models touch many gigabytes for the first time, a page fault each 4 KiB: that is a third of their loading. glibc can have its memory in pages of 2 MiB, where Linux gives them on
/// request, but reads that from its environment when the process begins. So the tool begins anew, once, as the same process, before it has done anything.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary><c>0</c> leaves everything as it is, <c>1</c> begins anew for small models too.</summary>
    private const string Variable = "MGLMM_HUGE_PAGES";

    private const string Tunables = "GLIBC_TUNABLES";
    private const string Setting = "glibc.malloc.hugetlb=1";
    private const long LargeBundleBytes = 256L << 20;

    /// <summary>Whether a bundle takes long enough to load and to answer that somebody should be told how far it is.</summary>
    /// <param name="bundle">Its folder.</param>
    public static bool IsLarge(string bundle) =>
        Directory.Exists(bundle) && new DirectoryInfo(bundle).EnumerateFiles().Sum(file => file.Length) >= LargeBundleBytes;

    /// <summary>Begins the process anew with huge pages, where the bundle is large and the system has them. Returns where it does not.</summary>
    /// <param name="bundle">Its folder.</param>
    public static void UseFor(string bundle)
    {
        string? wanted = Environment.GetEnvironmentVariable(Variable);
        if (!OperatingSystem.IsLinux() || wanted == "0" || Environment.GetEnvironmentVariable(Tunables) is { Length: > 0 } || !(wanted == "1" || IsLarge(bundle)))
        {
            return;
        }

        try
        {
            if (!File.ReadAllText("/sys/kernel/mm/transparent_hugepage/enabled").Contains("[madvise]", StringComparison.Ordinal) || Environment.ProcessPath is not { } program)
            {
                return;
            }

            // Each argument ends with a zero; the last may be empty.
            string[] arguments = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[..^1];
            Begin(program, arguments, [.. WithSetting(Environment.GetEnvironmentVariables())]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            // It loads without, only longer.
        }
    }

    /// <summary>An environment with the setting, once: of two entries of a name the first counts, and one that is there and empty would have the process begin anew for ever.</summary>
    /// <param name="variables">The environment as it is.</param>
    internal static IEnumerable<string> WithSetting(IDictionary variables) => variables.Cast<DictionaryEntry>()
        .Where(variable => !Tunables.Equals(variable.Key))
        .Select(variable => $"{variable.Key}={variable.Value}")
        .Append($"{Tunables}={Setting}");

    /// <summary>Returns where the system refuses.</summary>
    private static void Begin(string program, string[] arguments, string[] variables)
    {
        byte** argumentList = List(arguments);
        byte** variableList = List(variables);
        nint path = Marshal.StringToCoTaskMemUTF8(program);
        _ = Execute((byte*)path, argumentList, variableList);
        Marshal.FreeCoTaskMem(path);
        Free(argumentList);
        Free(variableList);
    }

    private static byte** List(string[] texts)
    {
        byte** list = (byte**)NativeMemory.Alloc((nuint)texts.Length + 1, (nuint)sizeof(byte*));
        for (int index = 0; index < texts.Length; index++)
        {
            list[index] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[index]);
        }

        list[texts.Length] = null;
        return list;
    }

    private static void Free(byte** list)
    {
        for (byte** text = list; *text is not null; text++)
        {
            Marshal.FreeCoTaskMem((nint)(*text));
        }

        NativeMemory.Free(list);
    }

    [LibraryImport("libc", EntryPoint = "execve")]
    private static partial int Execute(byte* program, byte** arguments, byte** variables);
}
