using MGLMM.Conversion;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime;

if (args is not [var checkpoint, var visionTower, var output, var precision])
{
    Console.Error.WriteLine("Usage: MGLMM.BundleBuilder <checkpoint> <vision tower> <output> <precision>");
    return 2;
}

try
{
    CheckpointConverter.Convert(new ConversionOptions
    {
        Checkpoint = checkpoint,
        VisionTower = visionTower,
        Output = output,
        Precision = precision,
        Accelerator = "cpu",
        Overwrite = true,
    });
    return 0;
}
catch (ConversionException exception)
{
    // In the form that MSBuild shows as an error of the build.
    Console.Error.WriteLine($"{checkpoint} : error MGLMM0001: {exception.Message.ReplaceLineEndings(" ")}");
    return 1;
}
