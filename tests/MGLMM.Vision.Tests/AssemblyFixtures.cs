
[assembly: AssemblyFixture(typeof(OracleTools))]
