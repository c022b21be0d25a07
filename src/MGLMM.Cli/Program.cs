using System.Text;
using MGLMM.Cli;

if (OperatingSystem.IsWindows())
{
    try
    {
        // A console's own code page lacks most letters, and files are written in UTF-8 whatever that is.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    }
    catch (IOException)
    {
        // There is no console.
    }
}

return await ToolCommands.RunAsync(args).ConfigureAwait(false);
