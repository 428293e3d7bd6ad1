"""The cronjob controller: ``controller`` makes Jobs when it is time, ``times`` says when that is."""
